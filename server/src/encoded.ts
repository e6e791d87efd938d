import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'

interface Encoder<Message> {
  encode(message: Message, writer: BinaryWriter): BinaryWriter
}

// One for all: it gives its bytes away as a copy and starts again. A new one would take longer to grow than most messages take to write.
const writer = new BinaryWriter()

/** A message's bytes. */
export function encoded<Message>(codec: Encoder<Message>, message: Message): Uint8Array<ArrayBuffer> {
  try {
    return codec.encode(message, writer).finish()
  } catch (error) {
    // What was written of it must not begin the next.
    writer.finish()
    throw error
  }
}

/** The bytes of each message, as parts of one buffer: a buffer of its own costs more than most messages take to write. */
export function encodedEach<Message>(codec: Encoder<Message>, messages: readonly Message[]): Uint8Array<ArrayBuffer>[] {
  let all: Uint8Array<ArrayBuffer>
  try {
    for (const message of messages) codec.encode(message, writer.fork()).join()
  } finally {
    all = writer.finish()
  }
  const reader = new BinaryReader(all)
  return messages.map(() => {
    const length = reader.uint32()
    reader.pos += length
    return all.subarray(reader.pos - length, reader.pos)
  })
}
