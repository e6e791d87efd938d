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

/**
 * The bytes of each message, as parts of one buffer: a buffer of its own costs more than most messages take to write. Where
 * there are `begun`, each comes after the bytes that its message has already.
 */
export function encodedEach<Message>(
  codec: Encoder<Message>,
  messages: readonly Message[],
  begun?: readonly Uint8Array[],
): Uint8Array<ArrayBuffer>[] {
  let all: Uint8Array<ArrayBuffer>
  try {
    for (let at = 0; at < messages.length; at++) {
      writer.fork()
      if (begun !== undefined) writer.raw(begun[at]!)
      codec.encode(messages[at]!, writer).join()
    }
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
