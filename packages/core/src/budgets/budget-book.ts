import type { Failure } from '../ir/failure.ts'
import { Account, type Hand, takeFrom } from './account.ts'
import type { Bound } from './bound.ts'
import { type Denial, failureOfDenial } from './denial.ts'
import { type Holder, LeaseDesk } from './lease-desk.ts'
import { type AttemptId, createLine, type LedgerLine } from './ledger-line.ts'
import type { CounterLimit } from './limit.ts'
import type { LogRecord } from './log-record.ts'
import { type BudgetPorts, type BudgetSettings, defaultBudgetSettings, within } from './ports.ts'
import type { Purse } from './purse.ts'
import { type RecoveredLog, recoverLog } from './recover-log.ts'
import { refillPurses } from './refill-purses.ts'
import { Reservation, type ReservationKeeper } from './reservation.ts'
import { logUnavailable, reserveSlowly } from './reserve-slowly.ts'
import type { Settlement } from './settle.ts'
import { WriteAheadLog } from './write-ahead-log.ts'

export type Reserved =
  | { readonly ok: true; readonly reservation: Reservation }
  | { readonly ok: false; readonly denial: Denial; readonly failure: Failure }

/**
 * The budgets of one replica:
 *
 *   reserve   every attempt, before it is sent: leases in memory, no wait; else ask the store   (`reserve-slowly.ts`)
 *   durable   where money is at stake, wait for `reservation.makeDurable()`                    (`write-ahead-log.ts`)
 *   finish    exactly once, whatever happened: the leases and the ledger learn what it cost     (`settle.ts`)
 *   tick      once a second: leases renewed, reported, given back; lines sent to the ledger
 *   giveBack  when another replica is short
 */
export class BudgetBook implements ReservationKeeper {
  readonly desk: LeaseDesk
  readonly ports: BudgetPorts
  readonly settings: BudgetSettings
  readonly holder: Holder
  readonly #log: WriteAheadLog
  /** Attempts that a crash would leave open in the log. */
  readonly #open: Set<Reservation> = new Set()
  /** Not in the ledger yet. */
  #lines: LedgerLine[]
  #lostLines = 0
  #ticking: Promise<void> | undefined
  #tickedAtMs: number
  #reapedAtMs = Number.NEGATIVE_INFINITY

  constructor(ports: BudgetPorts, settings: BudgetSettings, recovered: RecoveredLog) {
    this.ports = ports
    this.settings = settings
    this.holder = { replica: recovered.replica ?? ports.newId('replica_'), fence: recovered.fence + 1 }
    this.#log = new WriteAheadLog(ports.disk, () => this.#logContents())
    this.desk = new LeaseDesk(ports, settings, { holder: this.holder, log: this.#log })
    for (const final of recovered.finals) this.desk.finals.set(final.leaseId, final)
    this.#lines = [...recovered.lines]
    this.#tickedAtMs = ports.nowMs()
  }

  /** Attempts under a money limit that are reserved and not finished. */
  get openCount(): number {
    return this.#open.size
  }

  /** Lines that are not in the ledger yet. */
  get waitingLineCount(): number {
    return this.#lines.length
  }

  /** Leases that a crash left behind, or whose answer was lost, and that are not closed yet. */
  get unclosedCount(): number {
    return this.desk.finals.size
  }

  /** The account of requests that take from these counters. To be kept for as long as the counters are the same. */
  accountFor(counters: readonly CounterLimit[]): Account {
    return new Account(counters.map((counter) => this.desk.purseFor(counter)))
  }

  /** Reserves from what is in memory, or answers undefined: then `reserve` asks the store. No wait, nothing in between. */
  reserveNow(account: Account, id: AttemptId, bound: Bound): Reservation | undefined {
    if (account.isLogged && this.#isClosedForMoney()) return undefined
    const { hand } = account
    if (!takeFrom(hand, bound, this.ports.nowMs())) return undefined
    const reservation = new Reservation(id, { bound, hand, isLogged: account.isLogged }, this)
    if (account.isLogged) this.#logReservation(reservation)
    return reservation
  }

  /** Reserves on every counter of the account or on none; waits at most `patienceMs`. */
  async reserve(account: Account, id: AttemptId, bound: Bound): Promise<Reserved> {
    const now = this.reserveNow(account, id, bound)
    if (now) return { ok: true, reservation: now }
    if (account.isLogged && this.#isClosedForMoney()) return deny(logUnavailable)
    const found = await reserveSlowly(this.desk, account, {
      bound,
      reserveNow: (fit) => this.reserveNow(account, id, fit),
    })
    return found instanceof Reservation ? { ok: true, reservation: found } : deny(found)
  }

  makeDurable(): Promise<boolean> {
    return this.#log.commit()
  }

  finished(reservation: Reservation, settlement: Settlement): void {
    const { hand, bound } = reservation
    this.#open.delete(reservation)
    // What only tells needs no lease to be spent; the next tick gets one to report on.
    for (const purse of hand.soft) this.desk.active.add(purse)
    const line = createLine(reservation, { places: placesOf(hand), priceVersion: bound.quote.version, settlement })
    if (reservation.isLogged || settlement.kind !== 'voided') this.#log.append({ type: 'line', line })
    if (settlement.kind !== 'voided') this.#keepLine(line, reservation.isLogged)
    if (settlement.isBeyondBound) this.ports.tell({ kind: 'beyond-bound', ...idOf(reservation) })
  }

  /** To be called once a second or so; a call while one is under way waits for that one. */
  tick(): Promise<void> {
    this.#ticking ??= this.#tickOnce().finally(() => {
      this.#ticking = undefined
    })
    return this.#ticking
  }

  /** Gives back at once what nothing in flight holds of these counters: another replica is short. */
  async giveBack(counterKeys: readonly string[]): Promise<void> {
    const purses = [...this.desk.active].filter((purse) => counterKeys.includes(purse.counter.key))
    await this.#returnAll(purses)
    // A renewal on its way brings what nobody waits for.
    const renewed = purses.filter((purse) => purse.renewal)
    if (renewed.length === 0) return
    await Promise.all(renewed.map((purse) => purse.renewal))
    await this.#returnAll(renewed)
  }

  /** Gives everything back and sends what is left of the ledger. To be called when nothing is in flight any more. */
  async close(): Promise<void> {
    await this.#returnAll([...this.desk.active])
    await this.desk.releaseFinals()
    await this.#sendLines()
    await this.#log.commit()
  }

  /** Writes the log anew, when it has failed or has grown. */
  async mendLog(): Promise<boolean> {
    const hadFailed = this.#log.hasFailed
    const isMended = await this.#log.rewrite()
    if (hadFailed && isMended) this.ports.tell({ kind: 'log-mended' })
    return isMended
  }

  async #returnAll(purses: readonly Purse[]): Promise<void> {
    for (const purse of purses) purse.retire()
    await this.desk.report(purses)
  }

  #isClosedForMoney(): boolean {
    return this.#log.hasFailed || this.#lines.length >= this.settings.waitingLines
  }

  #logReservation(reservation: Reservation): void {
    this.#open.add(reservation)
    this.#log.append(recordOf(reservation))
  }

  #keepLine(line: LedgerLine, isLogged: boolean): void {
    // Lines of money are never dropped: no more of them begin while the ledger takes none.
    if (isLogged || this.#lines.length < 2 * this.settings.waitingLines) this.#lines.push(line)
    else this.#lostLines++
  }

  async #tickOnce(): Promise<void> {
    const nowMs = this.ports.nowMs()
    const elapsedMs = nowMs - this.#tickedAtMs
    this.#tickedAtMs = nowMs
    if (this.#log.hasFailed || this.#log.sizeBytes > this.settings.logBytes) await this.mendLog()
    await refillPurses(this.desk, elapsedMs)
    await Promise.all([
      this.desk.report(this.desk.active),
      this.desk.releaseFinals(),
      this.#reap(nowMs),
      this.#sendLines(),
    ])
    this.desk.dropEmpty()
  }

  async #reap(nowMs: number): Promise<void> {
    if (nowMs - this.#reapedAtMs < this.settings.reapMs) return
    this.#reapedAtMs = nowMs
    await within(this.ports, this.settings.storeMs, this.ports.store.reap())
  }

  /** Only what is durable here may go out: else a crash would book it once more, as an estimate. */
  async #sendLines(): Promise<void> {
    if (this.#lostLines > 0) this.ports.tell({ kind: 'lines-lost', count: this.#lostLines })
    this.#lostLines = 0
    for (let toSend = this.#lines.length; toSend > 0; toSend -= linesAtOnce) {
      const lines = this.#lines.slice(0, linesAtOnce)
      if (!(await this.#log.commit())) return
      if (!(await within(this.ports, this.settings.storeMs, this.ports.ledger.put(lines)))) return
      this.#lines = this.#lines.slice(lines.length)
    }
  }

  #logContents(): readonly LogRecord[] {
    const purses: readonly Purse[] = [...this.desk.active]
    const leases = purses.flatMap((purse) => purse.leases()).filter((lease) => lease.meter === 'usd')
    return [
      { type: 'head', ...this.holder },
      ...leases.map((lease): LogRecord => ({ type: 'lease', ...lease.toLogged(), spent: lease.spent })),
      ...[...this.desk.finals.values()].map((final): LogRecord => {
        const { leaseId, counterKey, windowStartMs, spent } = final
        return { type: 'lease', leaseId, counterKey, windowStartMs, spent }
      }),
      ...[...this.#open].map(recordOf),
      ...this.#lines.map((line): LogRecord => ({ type: 'line', line, isCounted: true })),
    ]
  }
}

/**
 * The budgets of this process: what an earlier one left open in the log is settled first. Undefined when the log cannot be
 * read: then nothing is known, and nothing may be written over it.
 */
export async function openBudgets(
  ports: BudgetPorts,
  settings: BudgetSettings = defaultBudgetSettings,
): Promise<BudgetBook | undefined> {
  const bytes = await ports.disk.read()
  if (!bytes) return undefined
  const book = new BudgetBook(ports, settings, recoverLog(bytes))
  await book.mendLog()
  return book
}

/** Lines in one write to the ledger. */
const linesAtOnce = 1000

function recordOf(reservation: Reservation): LogRecord {
  const { hand, bound } = reservation
  const { nanos, inputTokens, outputTokens, requests, quote } = bound
  return {
    type: 'reserved',
    ...idOf(reservation),
    leaseIds: hand.moneyLeaseIds,
    places: hand.places,
    nanos,
    inputTokens,
    outputTokens,
    requests,
    priceVersion: quote.version,
  }
}

/** With the windows of what only tells, as far as they are known. */
function placesOf({ places, soft }: Hand): readonly string[] {
  if (soft.length === 0) return places
  return [...places, ...soft.filter((purse) => purse.hasLease).map((purse) => purse.current.place)]
}

function idOf({ requestId, attempt }: AttemptId): AttemptId {
  return { requestId, attempt }
}

function deny(denial: Denial): Reserved {
  return { ok: false, denial, failure: failureOfDenial(denial) }
}
