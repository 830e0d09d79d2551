import type { CounterLimit } from './limit.ts'
import type { Meter } from './meter.ts'
import { placeOf } from './place.ts'
import type { LeaseGrant, LeasePlace, LeaseReport } from './store.ts'

/**
 * Part of a counter that this replica may spend by itself. At every moment `left + reserved + spent + returned` is
 * `granted`: nothing is made and nothing is lost here.
 */
export class Lease {
  readonly id: string
  readonly counterKey: string
  readonly meter: Meter
  readonly windowStartMs: number
  /** The counter and the window, as the ledger names them. */
  readonly place: string
  readonly granted: number
  /** What new attempts may take. Negative only where a provider billed more than was reserved. */
  left: number
  /** Taken by attempts that are not settled yet. */
  reserved = 0
  spent = 0
  /** Given back to the store, or on its way there. */
  returned = 0
  /** Everything ever taken; how fast it grows is the rate. */
  taken = 0
  /** By this process's own clock, counted from when the lease was asked for: delay only makes it shorter. */
  admitUntilMs: number
  /** Nothing more is admitted; what comes back goes to the store. */
  isRetired = false
  reportedSpent = 0
  reportedReturned = 0
  reportedAtMs: number

  constructor(
    counter: CounterLimit,
    grant: Pick<LeaseGrant, 'leaseId' | 'granted' | 'windowStartMs'>,
    admit: Admission,
  ) {
    this.id = grant.leaseId
    this.counterKey = counter.key
    this.meter = counter.meter
    this.windowStartMs = grant.windowStartMs
    this.place = placeOf(counter.key, grant.windowStartMs)
    this.granted = grant.granted
    this.left = grant.granted
    this.admitUntilMs = admit.sentAtMs + admit.forMs
    this.reportedAtMs = admit.sentAtMs
  }

  canTake(amount: number, nowMs: number): boolean {
    return this.left >= amount && nowMs < this.admitUntilMs
  }

  take(amount: number): void {
    this.left -= amount
    this.reserved += amount
    this.taken += amount
  }

  /** An attempt that took `need` has cost `actual`. */
  settle(need: number, actual: number): void {
    this.reserved -= need
    this.spent += actual
    const freed = need - actual
    if (this.isRetired && freed > 0) this.returned += freed
    else this.left += freed
  }

  /** Admits nothing from now on, and gives back what is left. */
  retire(): void {
    this.isRetired = true
    this.admitUntilMs = Number.NEGATIVE_INFINITY
    if (this.left <= 0) return
    this.returned += this.left
    this.left = 0
  }

  /** Something was spent that was not reserved here. */
  owe(amount: number): void {
    this.spent += amount
    this.left -= amount
    this.taken += amount
  }

  get isReported(): boolean {
    return this.spent === this.reportedSpent && this.returned === this.reportedReturned
  }

  toReport(): LeaseReport {
    const { id, counterKey, windowStartMs, spent, returned } = this
    return { leaseId: id, counterKey, windowStartMs, spent, returned }
  }

  toLogged(): LeasePlace {
    return { leaseId: this.id, counterKey: this.counterKey, windowStartMs: this.windowStartMs }
  }

  /** The store has booked this. */
  noteReported({ spent, returned }: Pick<LeaseReport, 'spent' | 'returned'>, nowMs: number): void {
    this.reportedSpent = Math.max(this.reportedSpent, spent)
    this.reportedReturned = Math.max(this.reportedReturned, returned)
    this.reportedAtMs = nowMs
  }
}

/** How long a lease admits: its time runs from when the store was asked, for it cannot have been granted earlier. */
export interface Admission {
  readonly sentAtMs: number
  readonly forMs: number
}
