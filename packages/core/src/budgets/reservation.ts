import type { Hand } from './account.ts'
import type { Bound } from './bound.ts'
import type { AttemptId } from './ledger-line.ts'
import { amountOf } from './meter.ts'
import { type Ending, type Settlement, settleAttempt } from './settle.ts'

/** Told of every reservation that ends. */
export interface ReservationKeeper {
  finished(reservation: Reservation, settlement: Settlement): void
  /** Resolves true once the reservation would survive a crash. */
  makeDurable(): Promise<boolean>
}

/** What one attempt holds of its budgets, from the check until it is known what it cost. */
export class Reservation implements AttemptId {
  readonly requestId: string
  readonly attempt: number
  /** With the `max_tokens` that must be sent; it may be shorter than asked for. */
  readonly bound: Bound
  readonly hand: Hand
  /** Money is at stake: nothing may be sent before `makeDurable` has said true. */
  readonly isLogged: boolean
  readonly #keeper: ReservationKeeper
  #settlement: Settlement | undefined

  constructor(id: AttemptId, taken: { bound: Bound; hand: Hand; isLogged: boolean }, keeper: ReservationKeeper) {
    this.requestId = id.requestId
    this.attempt = id.attempt
    this.bound = taken.bound
    this.hand = taken.hand
    this.isLogged = taken.isLogged
    this.#keeper = keeper
  }

  /** The most tokens each choice may have: what must be sent as the limit. */
  get maxOutputTokens(): number {
    return this.bound.maxOutputTokens
  }

  /** Waits until the attempt may be sent; false: end it with `not-sent`. Not needed where `isLogged` is false. */
  makeDurable(): Promise<boolean> {
    return this.isLogged ? this.#keeper.makeDurable() : Promise.resolve(true)
  }

  /** Ends the attempt. Only the first call counts; every later one answers what that one did. */
  finish(ending: Ending): Settlement {
    if (this.#settlement) return this.#settlement
    const settlement = settleAttempt(this.bound, ending)
    this.#settlement = settlement
    for (const lease of this.hand.strict) {
      lease.settle(amountOf(lease.meter, this.bound), amountOf(lease.meter, settlement.amounts))
    }
    for (const { current } of this.hand.soft) current.owe(amountOf(current.meter, settlement.amounts))
    this.#keeper.finished(this, settlement)
    return settlement
  }
}
