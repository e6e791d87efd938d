import type { DescFile } from '@bufbuild/protobuf'
import { contract } from '../contract.ts'

interface Named {
  readonly name: string
  readonly messageType?: readonly Named[]
  readonly nestedType?: readonly Named[]
  readonly field?: readonly Named[]
  readonly enumType?: readonly Named[]
  readonly service?: readonly Named[]
  readonly method?: readonly Named[]
}

/** Where descriptor.proto keeps what a file or a message holds: https://protobuf.com/docs/descriptors#source-code-info */
const inFile = { messageType: 4, enumType: 5, service: 6 } as const
const inMessage = { field: 2, nestedType: 3, enumType: 4 } as const
const inService = { method: 2 } as const

const comments = new Map<string, string>()
for (const file of contract.files) collect(file)

/** The comment above a message, field, enum, service or method in the contract, by its full name. */
export const commentOf = (fullName: string): string => comments.get(fullName) ?? ''

function collect({ proto }: DescFile): void {
  const written = new Map(proto.sourceCodeInfo?.location.map((each) => [each.path.join(), each.leadingComments]))
  const visit = (parent: Named, prefix: string, path: readonly number[], holds: Record<string, number>) => {
    for (const [list, number] of Object.entries(holds))
      for (const [index, each] of ((parent as unknown as Record<string, readonly Named[]>)[list] ?? []).entries()) {
        const fullName = prefix === '' ? each.name : `${prefix}.${each.name}`
        const at = [...path, number, index]
        const lines = (written.get(at.join()) ?? '').split('\n').map((line) => line.trim())
        comments.set(fullName, lines.filter((line) => line !== '' && !line.startsWith('buf:')).join(' '))
        if (list === 'messageType' || list === 'nestedType') visit(each, fullName, at, inMessage)
        else if (list === 'service') visit(each, fullName, at, inService)
      }
  }
  visit(proto as unknown as Named, proto.package, [], inFile)
}
