import type { Denial } from './denial.ts'
import { Lease } from './lease.ts'
import type { CounterLimit } from './limit.ts'
import type { CounterState } from './store.ts'

/** What a replica holds of one counter. */
export class Purse {
  counter: CounterLimit
  /** Where attempts take from. Without a lease it is one of nothing, which keeps what is owed. */
  current: Lease
  /** Retired leases that still have something in flight or to report. */
  readonly draining: Set<Lease> = new Set()
  /** The counter as the store last told of it, and when. */
  known: { readonly state: CounterState; readonly atMs: number } | undefined
  /** Resolves, never rejects, when the question to the store that is under way has been answered. */
  underway: Promise<void> | undefined
  /** A renewal that is under way: what it brings is idle. */
  renewal: Promise<void> | undefined
  /** What the last request that had to ask for it took. */
  unit = 0
  /** What callers wait for while it is. */
  waiting = 0
  /** Taken per second, smoothed. */
  rate = 0
  /** Something was taken since the last tick. */
  isInUse = false
  #takenBefore = 0
  #usedAtMs = Number.NEGATIVE_INFINITY
  #refusal: { readonly denial: Denial; readonly need: number; readonly untilMs: number } | undefined
  #lastSettled = 0n

  constructor(counter: CounterLimit) {
    this.counter = counter
    this.current = emptyLease(counter)
  }

  /** Refuses nothing: all its limits only tell. */
  get isSoft(): boolean {
    return this.counter.limit === undefined
  }

  get hasLease(): boolean {
    return this.current.id !== ''
  }

  /** A changed limit counts at once: what is left goes back, so that the store can hold it to the new one. */
  configure(counter: CounterLimit): void {
    if (counter.epoch <= this.counter.epoch) return
    const isChanged = counter.limit !== this.counter.limit
    this.counter = counter
    if (!isChanged) return
    this.#refusal = undefined
    this.retire()
  }

  /** Takes from this lease from now on, unless the one at hand has more. */
  install(lease: Lease, nowMs: number): void {
    if (!this.isSoft && nowMs < this.current.admitUntilMs && lease.granted <= this.current.left) {
      lease.retire()
      this.draining.add(lease)
      return
    }
    const owed = this.current.id === '' ? this.current.spent : 0
    this.retire()
    this.current = lease
    this.#takenBefore = 0
    this.#usedAtMs = nowMs
    if (owed > 0) lease.owe(owed)
  }

  /** From now on there is no lease; what is in flight on the old one settles there. */
  retire(): void {
    if (this.current.id === '') return
    this.current.retire()
    this.draining.add(this.current)
    this.current = emptyLease(this.counter)
  }

  /** Remembers a refusal, so that those who ask for as much do not each ask the store. */
  refuse(denial: Denial, need: number, untilMs: number): void {
    this.#refusal = { denial, need, untilMs }
  }

  refusalOf(need: number, nowMs: number): Denial | undefined {
    const refusal = this.#refusal
    return refusal && nowMs < refusal.untilMs && need >= refusal.need ? refusal.denial : undefined
  }

  /** Called once a second or so. */
  updateRate(elapsedMs: number, nowMs: number): void {
    const taken = this.current.taken - this.#takenBefore
    this.#takenBefore = this.current.taken
    this.isInUse = taken > 0
    if (this.isInUse) this.#usedAtMs = nowMs
    if (elapsedMs > 0) this.rate = (this.rate + (taken * 1000) / elapsedMs) / 2
  }

  /** Nobody took from the lease for so long, and nothing is in flight on it; or it has ended. */
  isIdle(nowMs: number, idleMs: number): boolean {
    const { current } = this
    if (!this.hasLease) return false
    return nowMs >= current.admitUntilMs || (current.reserved === 0 && nowMs - this.#usedAtMs > idleMs)
  }

  /** The soft limits that `settled` has passed since the last time. */
  passedSoftLimits(settled: bigint): readonly bigint[] {
    const before = this.#lastSettled
    this.#lastSettled = settled
    // A smaller sum is that of a new window.
    const from = settled < before ? 0n : before
    return this.counter.soft.filter((amount) => from < amount && amount <= settled)
  }

  leases(): readonly Lease[] {
    if (this.draining.size === 0) return this.hasLease ? [this.current] : none
    return this.hasLease ? [this.current, ...this.draining] : [...this.draining]
  }
}

const none: readonly Lease[] = []

function emptyLease(counter: CounterLimit): Lease {
  return new Lease(
    counter,
    { leaseId: '', granted: 0, windowStartMs: 0 },
    { sentAtMs: Number.NEGATIVE_INFINITY, forMs: 0 },
  )
}
