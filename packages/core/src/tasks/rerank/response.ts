import type { Usage } from '../../ir/usage.ts'
import { sumUsage } from '../sum-usage.ts'

/** One document in its place. */
export interface RankedDocument {
  /** Where it stood among the client's documents. */
  readonly index: number
  /** Higher is better. Comparable within one answer only. */
  readonly score: number
}

/** Documents from the best to the worst. */
export interface RerankResponse {
  readonly id?: string
  readonly model?: string
  readonly results: readonly RankedDocument[]
  /** Tokens, or what Cohere bills instead: search units of a query with up to a hundred documents. */
  readonly usage: Usage | undefined
}

/** Results as the provider gave them, the best first whatever its own order. */
export function inOrder(results: readonly RankedDocument[]): readonly RankedDocument[] {
  return results.toSorted((a, b) => b.score - a.score || a.index - b.index)
}

/** A question is never split, for scores of two answers cannot be compared: there is one response. */
export function joinRerank(responses: readonly RerankResponse[]): RerankResponse {
  const [only] = responses
  return only && responses.length === 1 ? only : { results: [], usage: sumUsage(responses.map(({ usage }) => usage)) }
}
