import { readFileSync } from 'node:fs'
import { createFileRegistry, type DescMethod, type FileRegistry, fromBinary } from '@bufbuild/protobuf'
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'

/** The contract as descriptors: reflection, OpenAPI and the check of JSON are made from it. */
export const contract: FileRegistry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, readFileSync(new URL('../generated/contract.binpb', import.meta.url))),
)

/** The method of a gRPC path such as "/vireo.v1.RecsService/GetVideos". */
export function methodAt(path: string): DescMethod {
  const [, service, name] = path.split('/')
  const found = contract.getService(service!)?.methods.find((method) => method.name === name)
  if (found === undefined) throw new Error(`The contract has no method ${path}.`)
  return found
}
