import type { Failure } from '../ir/failure.ts'
import type { CounterLimit, Scope } from './limit.ts'
import { periodName } from './limit.ts'
import type { Meter } from './meter.ts'
import type { CounterState } from './store.ts'

/** Why a request may not be sent now. */
export type Denial =
  /** It does not fit what this window has left, whatever comes back. For rates: before the window ends. */
  | ({ readonly kind: 'exceeded' } & LimitFacts)
  /** It would fit if what is in flight costs less than was reserved for it. */
  | ({ readonly kind: 'in-flight' } & LimitFacts)
  /** The store cannot be asked and what was prepaid is used up. */
  | { readonly kind: 'store-unavailable'; readonly retryAfterMs: number }
  /** Reservations cannot be made durable, so nothing that costs money is sent. */
  | { readonly kind: 'log-unavailable'; readonly retryAfterMs: number }

/** The limit that refused. Amounts in the meter's unit. */
export interface LimitFacts {
  readonly counterKey: string
  readonly scope: Scope
  readonly meter: Meter
  readonly period: string
  readonly limit: bigint
  readonly spent: bigint
  /** Reserved by what is in flight, on all replicas. */
  readonly held: bigint
  readonly need: number
  /** Undefined for a lifetime. */
  readonly resetsInMs: number | undefined
  readonly retryAfterMs: number | undefined
}

/** How long to wait for what is in flight to end: nobody knows, so a polite while. */
const inFlightRetryMs = 1000

/** The refusal of a counter that is short of `need`. */
export function denyShortage(counter: CounterLimit, need: number, state: CounterState): Denial {
  const limit = state.limit ?? counter.limit ?? 0n
  const canFit = state.settled + BigInt(need) <= limit
  const canEverFit = BigInt(need) <= limit
  const facts = {
    counterKey: counter.key,
    scope: counter.scope,
    meter: counter.meter,
    period: periodName(counter.per),
    limit,
    spent: state.settled,
    held: state.outstanding,
    need,
    resetsInMs: state.resetsInMs,
  }
  if (canFit) return { kind: 'in-flight', ...facts, retryAfterMs: inFlightRetryMs }
  return { kind: 'exceeded', ...facts, retryAfterMs: canEverFit ? state.resetsInMs : undefined }
}

/**
 * What the caller is told. Money that is used up is 402: waiting a moment does not help. A rate that is used up is 429
 * with the time to wait, unless the request is larger than the whole limit. No failure of our own is ever a 401.
 */
export function failureOfDenial(denial: Denial): Failure {
  switch (denial.kind) {
    case 'exceeded':
      return isWorthWaiting(denial) ? rateLimited(denial) : budgetExceeded(denial)
    case 'in-flight':
      return inFlight(denial)
    case 'store-unavailable':
      return unavailable('budget_store_unavailable', denial.retryAfterMs)
    case 'log-unavailable':
      return unavailable('budget_log_unavailable', denial.retryAfterMs)
    default:
      return denial satisfies never
  }
}

function isWorthWaiting({ meter, retryAfterMs }: LimitFacts): boolean {
  return meter !== 'usd' && retryAfterMs !== undefined
}

function budgetExceeded(facts: LimitFacts): Failure {
  const { need, limit, spent, meter } = facts
  const resets = facts.resetsInMs === undefined ? 'It does not reset.' : `It resets in ${wholeTime(facts.resetsInMs)}.`
  const advice =
    BigInt(need) > limit
      ? 'This request can never fit: ask for fewer tokens, or have the limit raised.'
      : `${resets} Until then ask for fewer tokens, or have the limit raised.`
  return {
    kind: 'budget-exceeded',
    code: 'budget_exceeded',
    message: `${limitName(facts)} is ${amountText(meter, limit)}: ${amountText(meter, spent)} is spent and this request may need ${amountText(meter, BigInt(need))}. ${advice}`,
    retry: 'never',
  }
}

function rateLimited(facts: LimitFacts): Failure {
  const { limit, spent, meter, retryAfterMs = inFlightRetryMs } = facts
  return {
    kind: 'rate-limited',
    code: 'rate_limit_exceeded',
    message: `${limitName(facts)} is ${amountText(meter, limit)}: ${amountText(meter, spent)} is used. Try again in ${wholeTime(retryAfterMs)}.`,
    retry: 'same-target',
    retryAfterMs,
  }
}

function inFlight(facts: LimitFacts): Failure {
  const { limit, held, meter, retryAfterMs = inFlightRetryMs } = facts
  const isBudget = meter === 'usd'
  return {
    kind: 'rate-limited',
    code: isBudget ? 'budget_in_flight' : 'rate_limit_exceeded',
    message: `${limitName(facts)} is ${amountText(meter, limit)}, and ${amountText(meter, held)} of it is held by requests in flight. Try again in ${wholeTime(retryAfterMs)}.`,
    retry: 'same-target',
    retryAfterMs,
  }
}

function unavailable(code: string, retryAfterMs: number): Failure {
  return {
    kind: 'overloaded',
    code,
    message: `Budgets cannot be checked at the moment, so requests under a limit are refused. Try again in ${wholeTime(retryAfterMs)}.`,
    retry: 'same-target',
    retryAfterMs,
  }
}

function limitName({ scope, meter, period }: LimitFacts): string {
  const what = meter === 'usd' ? 'budget' : `limit of ${meter.replace('-', ' ')}`
  return meter === 'concurrency'
    ? `The limit of concurrent requests of ${scope.kind} '${scope.id}'`
    : `The ${what} of ${scope.kind} '${scope.id}' (${period})`
}

/** `$0.000125` or `1200`. */
function amountText(meter: Meter, amount: bigint): string {
  if (meter !== 'usd') return String(amount)
  const digits = String(amount).padStart(10, '0')
  const cents = digits.slice(-9).replace(/0{1,7}$/, '')
  return `$${digits.slice(0, -9)}.${cents}`
}

function wholeTime(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.ceil(seconds / 60)} minutes`
  return seconds < 172_800 ? `${Math.ceil(seconds / 3600)} hours` : `${Math.ceil(seconds / 86_400)} days`
}
