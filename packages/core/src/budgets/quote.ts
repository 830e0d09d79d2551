import type { Usage } from '../ir/usage.ts'

/** The price of one attempt, fixed when it is reserved: a price that changes meanwhile does not move it. */
export interface Quote {
  /** Which price this is, for the ledger. */
  readonly version: string
  /**
   * The most that so many tokens can cost, in whole nano-USD, at the highest rates that could apply. Never falls when
   * either count grows.
   */
  boundNanos(inputTokens: number, outputTokens: number): number
  /** What this usage costs, in whole nano-USD rounded up once; undefined when it cannot be told. */
  settledNanos(usage: Usage): number | undefined
}

/** Costs nothing, because somebody said so. */
export const freeQuote: Quote = { version: 'free', boundNanos: () => 0, settledNanos: () => 0 }

/** Costs the same whatever is used: what an operator sets for calls whose cost cannot be read. */
export function flatQuote(nanos: number): Quote {
  return { version: `flat-${nanos}`, boundNanos: () => nanos, settledNanos: () => nanos }
}
