import { type BoundedUse, boundCost } from '../catalog/bound-cost.ts'
import { mostNanos } from '../catalog/money.ts'
import type { Price } from '../catalog/price.ts'
import { type SettleFacts, settledCost } from '../catalog/settled-cost.ts'
import type { Failure } from '../ir/failure.ts'
import type { Quote } from './quote.ts'

/** What a price is quoted for. */
export interface QuoteTerms extends Omit<BoundedUse, 'inputTokens' | 'outputTokens'>, SettleFacts {
  /** Which price this is, for the ledger: the catalogue's day, the configuration's number. */
  readonly version: string
  /** The request can have output: then its rate must be known. */
  readonly hasOutput: boolean
}

/** The quote of a catalogue's or an operator's price; undefined when a rate that is needed is not known. */
export function quotePrice(price: Price | undefined, terms: QuoteTerms): Quote | undefined {
  const bound = (inputTokens: number, outputTokens: number): number | undefined =>
    boundCost({ ...terms, inputTokens, outputTokens }, price)
  if (bound(1, terms.hasOutput ? 1 : 0) === undefined) return undefined
  return {
    version: terms.version,
    // A tier without rates makes a request of its size unaffordable, never free.
    boundNanos: (inputTokens, outputTokens) => bound(inputTokens, outputTokens) ?? mostNanos,
    settledNanos: (usage) => settledCost(usage, price, terms),
  }
}

/** What a caller under a money limit is told when nobody knows what its request costs: never a silent $0. */
export function priceUnknown(model: string): Failure {
  return {
    kind: 'invalid-request',
    code: 'price_unknown',
    message:
      `The price of '${model}' is not known, so it cannot be used under a budget. ` +
      "Give it a price in the configuration ('price: { input: ..., output: ... }', or 'price: free').",
    retry: 'other-target',
    param: 'model',
  }
}
