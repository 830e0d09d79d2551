import { type Ceiling, ceilingFor } from './ceilings.ts'
import { addNanos, mostNanos, tokenCost, wholeCount } from './money.ts'
import type { Factor, Price, ServiceTier } from './price.ts'
import { isByUnit } from './settled-cost.ts'

/** The most a call can use. Everything absent is taken to be possible, except what a call has to ask for. */
export interface BoundedUse {
  /** At most so many go in, cached and written ones included. */
  readonly inputTokens: number
  /** At most so many come out over all choices, thinking included: the `max_tokens` that is sent, times `n`. */
  readonly outputTokens: number
  /** How often the provider's own web search may run; 0 when the call does not offer it. */
  readonly webSearches?: number
  /** How many search units a reranking may be billed. */
  readonly searchUnits?: number
  /** Service tiers the provider may choose beside the standard one; all but `batch` unless told. */
  readonly services?: readonly ServiceTier[]
  /** What may multiply the rates; everything unless told. */
  readonly factors?: readonly Factor[]
}

/**
 * The most a call can cost, in nano-USD: each side's tokens at the highest rate that could apply to any of them (cache
 * write, long prompt, service tier, factors), the fee of the request, and those of server tools. For every usage within
 * `use`, `settledCost` is at most this. Undefined when the price, or a rate or fee that is needed, is not known.
 */
export function boundCost(use: BoundedUse, price: Price | undefined): number | undefined {
  if (price === undefined) return undefined
  if (price === 'free') return 0
  const inputTokens = wholeCount(use.inputTokens)
  const ceiling = ceilingFor(price, use, inputTokens)
  const input = isByUnit(price) ? unitCost(use, price.fees?.searchUnit) : sideCost(inputTokens, ceiling.input)
  const output = sideCost(wholeCount(use.outputTokens), ceiling.output)
  const searches = wholeCount(use.webSearches)
  const search = searches === 0 ? 0 : price.fees?.webSearch
  if (input === undefined || output === undefined || search === undefined) return undefined
  const fees = addNanos(price.fees?.request ?? 0, Math.min(mostNanos, searches * search))
  return addNanos(addNanos(input, output), fees)
}

function unitCost({ searchUnits }: BoundedUse, fee: number | undefined): number | undefined {
  if (searchUnits === undefined || fee === undefined) return undefined
  return Math.min(mostNanos, wholeCount(searchUnits) * fee)
}

function sideCost(tokens: number, ceiling: Ceiling | undefined): number | undefined {
  if (tokens === 0) return 0
  return ceiling && addNanos(tokenCost(tokens, ceiling.rate), ceiling.moreLines)
}
