import { type CounterLimit, meterOfKey } from '@sluice/core/budgets/limit.ts'
import type { MemoryRows } from '@sluice/core/budgets/memory-rows.ts'
import { type Amounts, amountOf, noAmounts } from '@sluice/core/budgets/meter.ts'
import { readPlace } from '@sluice/core/budgets/place.ts'
import type { Reservation } from '@sluice/core/budgets/reservation.ts'
import type { Settlement } from '@sluice/core/budgets/settle.ts'
import { windowAt } from '@sluice/core/budgets/window.ts'
import type { Exchange, Invoice } from './sim-provider.ts'

/** One attempt as it really was, whatever the gateway believes. */
export interface TrueAttempt {
  readonly name: string
  readonly reservation: Reservation
  readonly isLogged: boolean
  /** The process that made it. */
  readonly life: string
  readonly admittedAtMs: number
  exchange: Exchange | undefined
  settlement: Settlement | undefined
  isLost: boolean
  /** What it takes of every counter: its bound while it may still be billed, then what was billed. */
  weight: Amounts
}

/** Knows what was admitted and what providers billed, and holds the books to it. */
export class Oracle {
  readonly attempts: Map<string, TrueAttempt> = new Map()
  readonly #rows: MemoryRows
  readonly #storeNowMs: () => number
  readonly #violate: (what: string) => void
  readonly #truth: Map<string, number> = new Map()
  readonly #counters: Map<string, CounterLimit> = new Map()
  /** A limit that was lowered does not call back what was admitted under the higher one. */
  readonly #highest: Map<string, bigint> = new Map()
  readonly #rolling: Map<string, TrueAttempt[]> = new Map()

  constructor(rows: MemoryRows, storeNowMs: () => number, violate: (what: string) => void) {
    this.#rows = rows
    this.#storeNowMs = storeNowMs
    this.#violate = violate
  }

  /** A counter that exists from now on, with the limit it has in the newest configuration. */
  noteCounter(counter: CounterLimit): void {
    const known = this.#counters.get(counter.key)
    if (!known || known.epoch < counter.epoch) this.#counters.set(counter.key, counter)
    const highest = this.#highest.get(counter.key) ?? 0n
    if (counter.limit !== undefined && counter.limit > highest) this.#highest.set(counter.key, counter.limit)
  }

  counter(key: string): CounterLimit | undefined {
    return this.#counters.get(key)
  }

  /** An attempt got its reservation this very moment. */
  admitted(reservation: Reservation, life: string): TrueAttempt {
    const attempt: TrueAttempt = {
      name: `${reservation.requestId} ${reservation.attempt}`,
      reservation,
      isLogged: reservation.isLogged,
      life,
      admittedAtMs: this.#storeNowMs(),
      exchange: undefined,
      settlement: undefined,
      isLost: false,
      weight: noAmounts,
    }
    this.attempts.set(attempt.name, attempt)
    this.#weigh(attempt, reservation.bound)
    for (const lease of reservation.hand.strict) {
      if (amountOf(lease.meter, reservation.bound) > 0) this.#checkAdmission(attempt, lease.id, lease.place)
    }
    return attempt
  }

  /** The gateway has settled it. */
  finished(attempt: TrueAttempt, settlement: Settlement): void {
    attempt.settlement = settlement
    this.#weigh(attempt, { ...this.#billed(attempt), concurrency: 0 })
  }

  /** Every attempt of this process is cut off. */
  crashed(life: string): void {
    for (const attempt of this.attempts.values()) {
      if (attempt.life !== life || attempt.settlement || attempt.isLost) continue
      attempt.isLost = true
      attempt.exchange?.cut()
      this.#weigh(attempt, { ...this.#billed(attempt), concurrency: 0 })
    }
  }

  /** The books never hold less than what is taken: else somebody is about to spend it again. */
  checkPlace(place: string): void {
    const at = readPlace(place)
    if (!at || this.#counters.get(at.counterKey)?.limit === undefined) return
    const row = this.#rows.windows.get(at.counterKey)?.get(at.windowStartMs)
    const booked = (row?.settled ?? 0n) + (row?.outstanding ?? 0n)
    const truth = this.#truth.get(place) ?? 0
    if (booked < BigInt(truth)) this.#violate(`books below truth: ${place} has ${booked}, but ${truth} is taken`)
  }

  /** What was really taken, by place. */
  truths(): ReadonlyMap<string, number> {
    return this.#truth
  }

  #billed(attempt: TrueAttempt): Amounts {
    const invoice: Invoice | undefined = attempt.exchange?.invoice
    if (!invoice) return noAmounts
    // A provider that has not made up its mind may bill up to the bound.
    return invoice.isDone ? invoice.amounts : attempt.reservation.bound
  }

  #weigh(attempt: TrueAttempt, weight: Amounts): void {
    for (const lease of attempt.reservation.hand.strict) {
      const change = amountOf(lease.meter, weight) - amountOf(lease.meter, attempt.weight)
      if (change !== 0) this.#truth.set(lease.place, (this.#truth.get(lease.place) ?? 0) + change)
    }
    attempt.weight = weight
    for (const lease of attempt.reservation.hand.strict) {
      if (lease.id !== '') this.checkPlace(lease.place)
    }
  }

  #checkAdmission(attempt: TrueAttempt, leaseId: string, place: string): void {
    const nowMs = this.#storeNowMs()
    const lease = this.#rows.leases.get(leaseId)
    const at = readPlace(place)
    const counter = at && this.#counters.get(at.counterKey)
    if (!lease || !counter)
      return this.#violate(`${attempt.name} was admitted on a lease that does not exist: ${place}`)
    if (nowMs >= lease.admitUntilMs) {
      this.#violate(`${attempt.name} was admitted ${nowMs - lease.admitUntilMs} ms after its lease ended: ${place}`)
    }
    if (typeof counter.per === 'string') {
      const window = windowAt(counter.per, counter.timeZone, nowMs)
      if (window.startMs !== at.windowStartMs) this.#violate(`${attempt.name} counts in another window: ${place}`)
    } else this.#checkRolling(attempt, counter, counter.per.rollingMs)
  }

  /** However one looks back, the limit holds. */
  #checkRolling(attempt: TrueAttempt, counter: CounterLimit, rollingMs: number): void {
    const since = this.#storeNowMs() - rollingMs
    const recent = (this.#rolling.get(counter.key) ?? []).filter((each) => each.admittedAtMs > since)
    recent.push(attempt)
    this.#rolling.set(counter.key, recent)
    const meter = meterOfKey(counter.key)
    const limit = this.#highest.get(counter.key)
    if (!meter || limit === undefined) return
    const sum = recent.reduce((total, each) => total + amountOf(meter, each.weight), 0)
    if (BigInt(sum) > limit) this.#violate(`rolling limit passed: ${counter.key} has ${sum} of ${limit}`)
  }
}
