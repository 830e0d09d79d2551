import type { Usage } from '../../ir/usage.ts'
import { sumUsage } from '../sum-usage.ts'
import type { EmbedRequest, VectorType } from './request.ts'

/** The numbers of a vector, or the same packed in base64: little-endian float32 for floats, one byte each otherwise. */
export type Vector = readonly number[] | string

/** Vectors in the order of the inputs, one list for each type that was asked for and given. */
export interface EmbedResponse {
  readonly id?: string
  /** The provider's name of the model, where it says one. */
  readonly model?: string
  readonly vectors: Readonly<Partial<Record<VectorType, readonly Vector[]>>>
  readonly usage: Usage | undefined
}

/** The question in pieces of at most `maxBatch` inputs. */
export function splitEmbed(request: EmbedRequest, maxBatch: number | undefined): readonly EmbedRequest[] {
  const { inputs, titles } = request
  if (maxBatch === undefined || inputs.length <= maxBatch) return [request]
  const pieces: EmbedRequest[] = []
  for (let from = 0; from < inputs.length; from += maxBatch) {
    const to = from + maxBatch
    pieces.push({ ...request, inputs: inputs.slice(from, to), ...(titles && { titles: titles.slice(from, to) }) })
  }
  return pieces
}

/** The vectors of all pieces, in order, with usage summed. A type that one piece lacks is in none. */
export function joinEmbed(responses: readonly EmbedResponse[]): EmbedResponse {
  const [first] = responses
  if (!first || responses.length === 1) return first ?? { vectors: {}, usage: undefined }
  const vectors: Partial<Record<VectorType, readonly Vector[]>> = {}
  for (const type of vectorTypes) {
    const lists = responses.map((each) => each.vectors[type])
    if (lists.every((list) => list !== undefined)) vectors[type] = lists.flat()
  }
  return { ...first, vectors, usage: sumUsage(responses.map((each) => each.usage)) }
}

/** Every type there is. */
export const vectorTypes: readonly VectorType[] = ['float', 'int8', 'uint8', 'binary', 'ubinary']

/** How many inputs got a vector; 0 when the provider gave none. */
export function countVectors({ vectors }: EmbedResponse): number {
  for (const type of vectorTypes) if (vectors[type]) return vectors[type].length
  return 0
}
