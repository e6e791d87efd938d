import { BinaryWriter } from '@bufbuild/protobuf/wire'

// One for all: it gives its bytes away as a copy and starts again. A new one would take longer to grow than most messages take to write.
const writer = new BinaryWriter()

/** A message's bytes. */
export function encoded<Message>(
  codec: { encode(message: Message, writer: BinaryWriter): BinaryWriter },
  message: Message,
): Uint8Array<ArrayBuffer> {
  try {
    return codec.encode(message, writer).finish()
  } catch (error) {
    // What was written of it must not begin the next.
    writer.finish()
    throw error
  }
}
