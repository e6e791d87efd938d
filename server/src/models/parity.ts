import { z } from 'zod'
import { InvalidInput } from '../errors.ts'
import type { Graph, Tensor } from '../ports/graph-runtime.ts'
import { type GraphName, graphNames, type Precision, precisions } from './manifest.ts'

const values = z.strictObject({ shape: z.array(z.int().min(0)), values: z.array(z.number()) })
const integers = values.extend({ type: z.literal('int64'), values: z.array(z.int()) })
const floats = values.extend({ type: z.literal('float32') })

/** Inputs, and what each precision makes of them where the artifact was written. */
export const paritySchema = z.strictObject({
  cases: z.array(
    z.strictObject({
      graph: z.enum(graphNames),
      inputs: z.record(z.string(), z.discriminatedUnion('type', [integers, floats])),
      expected: z.partialRecord(z.enum(precisions), z.record(z.string(), values)),
    }),
  ),
})

export type Parity = z.infer<typeof paritySchema>
type Values = z.infer<typeof values>

export interface Replayed {
  readonly graph: GraphName
  readonly precision: Precision
  readonly cases: number
  /** The largest difference, relative to max(1, |x|). */
  readonly largest: number
  readonly tolerance: number
}

/**
 * Computes every case of a graph again. Rejects with `ARTIFACT_PARITY_MISSED` at the first number that is not as expected,
 * or where there is none to compare, and with `ARTIFACT_GRAPH_WRONG` where the graph can't be computed.
 */
export async function replayParity(
  graph: Graph,
  of: { readonly graph: GraphName; readonly precision: Precision; readonly tolerance: number },
  { cases }: Parity,
  signal: AbortSignal,
): Promise<Replayed> {
  const name = `${of.graph}.${of.precision}`
  let [compared, largest] = [0, 0]
  for (const each of cases) {
    const expected = each.graph === of.graph ? each.expected[of.precision] : undefined
    if (expected === undefined) continue
    signal.throwIfAborted()
    const inputs = Object.fromEntries(Object.entries(each.inputs).map(([input, given]) => [input, tensorOf(given)]))
    const found = await graph.run(inputs).catch((cause: Error) => {
      throw new InvalidInput('ARTIFACT_GRAPH_WRONG', name, `the graph ${name} does not take the inputs of its parity: ${cause.message}`)
    })
    for (const output of graph.outputs.map((output) => output.name)) {
      largest = Math.max(largest, compare(`${name}.${output}`, expected[output], found[output]!, of.tolerance))
    }
    compared++
  }
  if (compared === 0) throw missed(name, `there is nothing to compare ${name} with`)
  return { ...of, cases: compared, largest }
}

function compare(place: string, expected: Values | undefined, found: Tensor, tolerance: number): number {
  if (expected?.shape.join() !== found.shape.join() || expected.values.length !== found.values.length)
    throw missed(place, `the output ${place} has the shape [${found.shape}], expected is [${expected?.shape ?? 'nothing'}]`)
  let largest = 0
  for (const [at, wanted] of expected.values.entries()) {
    const got = Number(found.values[at])
    const difference = Math.abs(got - wanted) / Math.max(1, Math.abs(wanted))
    // Of NaN every comparison is false.
    if (!(difference <= tolerance))
      throw missed(`${place}[${at}]`, `the output ${place}[${at}] is ${got}, expected is ${wanted} (tolerance ${tolerance})`)
    largest = Math.max(largest, difference)
  }
  return largest
}

type Given = Parity['cases'][number]['inputs'][string]

const tensorOf = ({ type, shape, values }: Given): Tensor =>
  type === 'float32'
    ? { type, shape, values: Float32Array.from(values) }
    : { type, shape, values: BigInt64Array.from(values, (value) => BigInt(value)) }

const missed = (field: string, message: string) => new InvalidInput('ARTIFACT_PARITY_MISSED', field, message)
