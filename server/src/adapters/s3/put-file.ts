import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { Stored } from '../../ports/lake.ts'
import type { ObjectStore } from './object-store.ts'

/** What one request carries at most, in bytes, unless the file had too many parts then. */
const partBytes = 16 * 2 ** 20
const mostParts = 10_000

/** Writes a file to an object, in parts where it is large: there is the whole object or none. Each part's SHA-256 is checked by the store. */
export async function putFile(store: ObjectStore, path: string, key: string): Promise<Stored> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const hash = createHash('sha256')
    if (size <= partBytes) await store.put(key, await nextPart(file, size, hash))
    else await putParts(store, file, size, key, hash)
    return { bytes: size, sha256: hash.digest('hex') }
  } finally {
    await file.close()
  }
}

async function putParts(store: ObjectStore, file: FileHandle, size: number, key: string, hash: Hash): Promise<void> {
  const object = store.object(key)
  const begin = new CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: 'SHA256' })
  const { UploadId } = await store.calling(key, (abortSignal) => store.client.send(begin, { abortSignal }))
  const upload = { ...object, UploadId }
  try {
    const length = Math.max(partBytes, Math.ceil(size / mostParts))
    const parts: CompletedPart[] = []
    for (let at = 0; at < size; at += length) {
      const body = await nextPart(file, Math.min(length, size - at), hash)
      parts.push(await putPart(store, key, upload, body, parts.length + 1))
    }
    const end = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } })
    await store.calling(key, (abortSignal) => store.client.send(end, { abortSignal }))
  } catch (error) {
    // Parts cost room until then. Where this fails too, a rule of the bucket is to end the upload.
    await store
      .calling(key, (abortSignal) => store.client.send(new AbortMultipartUploadCommand(upload), { abortSignal }))
      .catch(() => undefined)
    throw error
  }
}

type Upload = ReturnType<ObjectStore['object']> & { readonly UploadId: string | undefined }

async function putPart(store: ObjectStore, key: string, upload: Upload, body: Uint8Array, number: number): Promise<CompletedPart> {
  const checksum = createHash('sha256').update(body).digest('base64')
  const sums = { PartNumber: number, ChecksumSHA256: checksum }
  const command = new UploadPartCommand({ ...upload, ...sums, Body: body, ContentLength: body.length })
  const { ETag } = await store.calling(key, (abortSignal) => store.client.send(command, { abortSignal }))
  return { ...sums, ETag }
}

async function nextPart(file: FileHandle, bytes: number, hash: Hash): Promise<Uint8Array> {
  const part = Buffer.allocUnsafe(bytes)
  for (let at = 0; at < bytes; ) {
    const { bytesRead } = await file.read(part, at, bytes - at)
    if (bytesRead === 0) throw new Error('the file became shorter while it was read')
    at += bytesRead
  }
  hash.update(part)
  return part
}
