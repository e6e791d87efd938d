import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type DescFile, toBinary } from '@bufbuild/protobuf'
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt'
import { type Server, type ServerDuplexStream, type ServiceDefinition, status } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { contract } from '../contract.ts'

/** As grpc/reflection/v1/reflection.proto has it; v1alpha is the same. */
interface Question {
  readonly host: string
  readonly messageRequest?: string
  readonly fileByFilename?: string
  readonly fileContainingSymbol?: string
}

type Stream = ServerDuplexStream<Question, unknown>

/**
 * Tells clients such as grpcurl what there is. `@grpc/reflection` brings the definitions; its implementation names a service
 * without a package ".RecsService" and does not find it under its own name.
 */
export function addReflection(server: Pick<Server, 'addService'>): void {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@grpc/reflection/package.json')), 'build/proto')
  for (const version of ['v1', 'v1alpha']) {
    const loaded = loadSync(`grpc/reflection/${version}/reflection.proto`, { includeDirs: [folder], oneofs: true })
    server.addService(loaded[`grpc.reflection.${version}.ServerReflection`] as ServiceDefinition, {
      ServerReflectionInfo(stream: Stream) {
        stream.on('data', (question: Question) =>
          stream.write({ validHost: question.host, originalRequest: question, ...answer(question) }),
        )
        stream.on('end', () => stream.end())
      },
    })
  }
}

function answer(question: Question): object {
  if (question.messageRequest === 'listServices') {
    const service = [...contract].flatMap((each) => (each.kind === 'service' ? [{ name: each.typeName }] : []))
    return { listServicesResponse: { service } }
  }
  const file = fileOf(question)
  if (file) return { fileDescriptorResponse: { fileDescriptorProto: [...withImports(file)].map(bytes) } }
  return { errorResponse: { errorCode: status.NOT_FOUND, errorMessage: 'The contract has no such file or symbol.' } }
}

function fileOf({ fileByFilename, fileContainingSymbol = '' }: Question): DescFile | undefined {
  if (fileByFilename) return contract.getFile(fileByFilename)
  // A method, a field or a value of an enum is found by what it belongs to.
  const parent = fileContainingSymbol.slice(0, Math.max(0, fileContainingSymbol.lastIndexOf('.')))
  return (contract.get(fileContainingSymbol) ?? contract.get(parent))?.file
}

function withImports(file: DescFile, found = new Set<DescFile>()): Set<DescFile> {
  found.add(file)
  for (const imported of file.dependencies) if (!found.has(imported)) withImports(imported, found)
  return found
}

const bytes = (file: DescFile) => toBinary(FileDescriptorProtoSchema, file.proto)
