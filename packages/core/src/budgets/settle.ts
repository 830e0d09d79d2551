import type { Usage } from '../ir/usage.ts'
import type { Bound } from './bound.ts'
import type { Amounts } from './meter.ts'
import { noAmounts } from './meter.ts'

/** How an attempt ended, and what is known of what it used. */
export type Ending =
  /** No byte of it reached the provider. */
  | { readonly how: 'not-sent' }
  /** The provider answered with an error. Nobody bills for those. */
  | { readonly how: 'refused' }
  /** The answer came whole. */
  | ({ readonly how: 'complete' } & Evidence)
  /** It was sent, and the answer broke off, was left by the client, or never came. */
  | ({ readonly how: 'cut'; readonly bills: BillingOfCuts } & Evidence)

/**
 * What a provider bills when its answer is cut: what it made until then, or all it would have made. The latter is drained
 * where that is possible, and then its ending is `complete`.
 */
export type BillingOfCuts = 'until-cut' | 'to-the-end'

export interface Evidence {
  /** As the provider says; undefined when it said nothing. */
  readonly reported: Usage | undefined
  /** Our own count of what came. */
  readonly counted: Count
}

export interface Count {
  /** The best estimate. */
  readonly outputTokens: number
  /** Surely not fewer: a report below this is wrong. */
  readonly leastOutputTokens: number
}

/** Nothing came. */
export const nothingCounted: Count = { outputTokens: 0, leastOutputTokens: 0 }

/** What an attempt is booked with. */
export interface Settlement {
  readonly kind: 'settled' | 'estimated' | 'voided'
  readonly amounts: Amounts
  /** Why the amounts are an estimate; every difference to the provider's invoice has one of these. */
  readonly cause: EstimateCause | undefined
  /** It took more than was reserved for it. Booked all the same; this is counted and must stay 0. */
  readonly isBeyondBound: boolean
}

export type EstimateCause = 'usage-missing' | 'usage-implausible' | 'price-unknown' | 'cut' | 'crash'

/** What the attempt is booked with: the truth where it is known, else the larger of what is said and what is counted. */
export function settleAttempt(bound: Bound, ending: Ending): Settlement {
  switch (ending.how) {
    case 'not-sent':
      return { kind: 'voided', amounts: noAmounts, cause: undefined, isBeyondBound: false }
    case 'refused':
      return settled(bound, { ...noAmounts, requests: bound.requests })
    case 'complete':
      return settleComplete(bound, ending)
    case 'cut':
      return ending.bills === 'to-the-end' ? estimateAtBound(bound, 'cut') : estimate(bound, ending, 'cut')
    default:
      return ending satisfies never
  }
}

/** Books all that was reserved: the only amount that is never too little. */
export function estimateAtBound(bound: Amounts, cause: EstimateCause): Settlement {
  const { nanos, inputTokens, outputTokens, requests } = bound
  const amounts = { nanos, inputTokens, outputTokens, requests, concurrency: 0 }
  return { kind: 'estimated', amounts, cause, isBeyondBound: false }
}

function settleComplete(bound: Bound, { reported, counted }: Evidence): Settlement {
  if (!reported || !isCount(reported.input) || (!isCount(reported.output) && bound.outputTokens > 0)) {
    return estimate(bound, { reported, counted }, 'usage-missing')
  }
  if ((reported.output ?? 0) < counted.leastOutputTokens) {
    return estimate(bound, { reported, counted }, 'usage-implausible')
  }
  const nanos = bound.quote.settledNanos(reported)
  if (nanos === undefined) return estimateAtBound(bound, 'price-unknown')
  return settled(bound, amountsOf(bound, reported, nanos))
}

/** The larger of what is said and what is counted. Input nobody tells of is what was reserved for it. */
function estimate(bound: Bound, { reported, counted }: Evidence, cause: EstimateCause): Settlement {
  const said = reported && isCount(reported.output) ? reported.output : 0
  const usage: Usage = {
    ...(reported ?? nothingReported),
    input: reported && isCount(reported.input) ? reported.input : bound.inputTokens,
    output: Math.max(said, Math.min(counted.outputTokens, bound.outputTokens)),
  }
  const nanos = bound.quote.settledNanos(usage)
  if (nanos === undefined) return estimateAtBound(bound, cause)
  return { ...settled(bound, amountsOf(bound, usage, nanos)), kind: 'estimated', cause }
}

function settled(bound: Bound, amounts: Amounts): Settlement {
  const isBeyondBound =
    amounts.nanos > bound.nanos || amounts.inputTokens > bound.inputTokens || amounts.outputTokens > bound.outputTokens
  return { kind: 'settled', amounts, cause: undefined, isBeyondBound }
}

function amountsOf({ requests }: Bound, { input = 0, output = 0 }: Usage, nanos: number): Amounts {
  return { nanos, inputTokens: Math.ceil(input), outputTokens: Math.ceil(output), requests, concurrency: 0 }
}

function isCount(count: number | undefined): count is number {
  return count !== undefined && count >= 0 && count <= mostTokens
}

/** More than any call has: whoever says so is wrong. */
const mostTokens = 1_000_000_000

const nothingReported: Usage = {
  input: undefined,
  cacheRead: undefined,
  cacheWrite: undefined,
  output: undefined,
  reasoning: undefined,
}
