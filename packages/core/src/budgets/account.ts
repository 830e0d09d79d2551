import type { Lease } from './lease.ts'
import { type Amounts, amountOf } from './meter.ts'
import type { Purse } from './purse.ts'

/** Everything one kind of request takes from: the counters of all its scopes that apply to its model. */
export class Account {
  /** In the order of their keys. */
  readonly purses: readonly Purse[]
  /** Money is at stake: a reservation must be durable before anything is sent. */
  readonly isLogged: boolean
  #hand: Hand

  constructor(purses: readonly Purse[]) {
    this.purses = purses
    this.isLogged = purses.some((purse) => purse.counter.meter === 'usd' && !purse.isSoft)
    this.#hand = pickUp(purses)
  }

  /** The leases to take from. One that was retired since refuses, and `refresh` picks up its successor. */
  get hand(): Hand {
    return this.#hand
  }

  refresh(): Hand {
    this.#hand = pickUp(this.purses)
    return this.#hand
  }

  /** The purses that cannot give their part. */
  lacking(amounts: Amounts, nowMs: number): readonly Purse[] {
    return this.purses.filter((purse) => {
      const amount = amountOf(purse.counter.meter, amounts)
      return !purse.isSoft && amount > 0 && !purse.current.canTake(amount, nowMs)
    })
  }
}

/** The current leases of an account, laid out for the fast path. Immutable. */
export interface Hand {
  /** Every one of them can refuse. */
  readonly strict: readonly Lease[]
  /** Those that only tell: what was spent is told to whatever lease they have then. */
  readonly soft: readonly Purse[]
  /** The rows of the store they were taken from, as the ledger names them. */
  readonly places: readonly string[]
  /** Those of money, as the log names them. */
  readonly moneyLeaseIds: readonly string[]
}

/**
 * Takes from every lease or from none. There is no wait between the check and the debit, so nothing can come between
 * them; this is all that a call inside its budgets pays.
 */
export function takeFrom(hand: Hand, amounts: Amounts, nowMs: number): boolean {
  for (const lease of hand.strict) {
    const amount = amountOf(lease.meter, amounts)
    if (amount > 0 && !lease.canTake(amount, nowMs)) return false
  }
  for (const lease of hand.strict) lease.take(amountOf(lease.meter, amounts))
  return true
}

function pickUp(purses: readonly Purse[]): Hand {
  const strict = purses.filter((purse) => !purse.isSoft).map(currentOf)
  const granted = strict.filter((lease) => lease.id !== '')
  return {
    strict,
    soft: purses.filter((purse) => purse.isSoft),
    places: granted.map((lease) => lease.place),
    moneyLeaseIds: granted.filter((lease) => lease.meter === 'usd').map((lease) => lease.id),
  }
}

function currentOf(purse: Purse): Lease {
  return purse.current
}
