import { Lease } from './lease.ts'
import type { CounterLimit } from './limit.ts'
import type { BudgetPorts, BudgetSettings } from './ports.ts'
import { within } from './ports.ts'
import { Purse } from './purse.ts'
import type { AcquireReply, LeaseGrant, LeaseNews, LeaseReport, Shortage } from './store.ts'
import type { WriteAheadLog } from './write-ahead-log.ts'

/** Whose leases these are. */
export interface Holder {
  readonly replica: string
  readonly fence: number
}

/** A lease to be taken for a purse. */
export interface PurseAsk {
  readonly purse: Purse
  readonly least: number
  readonly need: number
  readonly want: number
}

export type AskOutcome =
  | { readonly kind: 'granted' }
  | { readonly kind: 'short'; readonly shortage: Shortage }
  | { readonly kind: 'unavailable' }

/** Takes leases from the store and gives them back: all of this replica's talk with it. */
export class LeaseDesk {
  /** Purses with a lease, or owing something. */
  readonly active: Set<Purse> = new Set()
  /** Leases that no purse has: of before a crash, or asked for and never answered. They are released until it is heard. */
  readonly finals: Map<string, LeaseReport> = new Map()
  readonly ports: BudgetPorts
  readonly settings: BudgetSettings
  readonly #holder: Holder
  readonly #log: WriteAheadLog
  readonly #purses: Map<string, Purse> = new Map()
  #isFenced = false

  constructor(ports: BudgetPorts, settings: BudgetSettings, { holder, log }: { holder: Holder; log: WriteAheadLog }) {
    this.ports = ports
    this.settings = settings
    this.#holder = holder
    this.#log = log
  }

  /** The one purse of a counter. */
  purseFor(counter: CounterLimit): Purse {
    const known = this.#purses.get(counter.key)
    if (known) {
      known.configure(counter)
      return known
    }
    const purse = new Purse(counter)
    this.#purses.set(counter.key, purse)
    return purse
  }

  /** Forgets the purses that hold nothing. An account that still has one may go on using it. */
  dropEmpty(): void {
    for (const purse of this.active) {
      if (purse.hasLease || purse.draining.size > 0 || purse.current.spent > 0 || purse.underway) continue
      this.active.delete(purse)
      if (this.#purses.get(purse.counter.key) === purse) this.#purses.delete(purse.counter.key)
    }
  }

  /** Asks for one lease for every purse, or none, and puts them in. `returns` are told in the same transaction. */
  async acquire(asks: readonly PurseAsk[], returns: readonly Lease[]): Promise<AskOutcome> {
    if (this.#isFenced) return { kind: 'unavailable' }
    const reports = await this.#durableReports(returns)
    const items = asks.map(({ purse, least, need, want }) => {
      const amounts = { least, need, want, unit: Math.max(1, purse.unit) }
      return { leaseId: this.ports.newId('lease_'), counter: purse.counter, ...amounts }
    })
    const sentAtMs = this.ports.nowMs()
    const { admitMs, settleMs, storeMs } = this.settings
    const ask = { ...this.#holder, items, reports, admitMs, settleMs, replicas: this.ports.replicas() }
    const reply = await within(this.ports, storeMs, this.ports.store.acquire(ask))
    if (!reply?.ok) {
      // It may have been granted all the same. Closing it gives that back, or keeps a late message from granting it.
      for (const { leaseId, counter } of items) this.#cancel(leaseId, counter.key)
      return { kind: 'unavailable' }
    }
    this.#noteReported(returns, reports)
    return this.#take(reply.value, asks, sentAtMs)
  }

  #cancel(leaseId: string, counterKey: string): void {
    this.finals.set(leaseId, { leaseId, counterKey, windowStartMs: 0, spent: 0, returned: 0 })
  }

  #take(reply: AcquireReply, asks: readonly PurseAsk[], sentAtMs: number): AskOutcome {
    switch (reply.outcome) {
      case 'granted':
        for (const [index, grant] of reply.leases.entries()) this.#install(asks[index]?.purse, grant, sentAtMs)
        return { kind: 'granted' }
      case 'short':
        return { kind: 'short', shortage: reply.shortage }
      case 'fenced':
        this.#isFenced = true
        this.ports.tell({ kind: 'fenced' })
        return { kind: 'unavailable' }
      case 'closed':
        return { kind: 'unavailable' }
      default:
        return reply satisfies never
    }
  }

  #install(purse: Purse | undefined, grant: LeaseGrant, sentAtMs: number): void {
    if (!purse) return
    const lease = new Lease(purse.counter, grant, { sentAtMs, forMs: grant.admitMs })
    purse.known = { state: grant.state, atMs: sentAtMs }
    purse.install(lease, this.ports.nowMs())
    this.active.add(purse)
    // It may have been forgotten since; accounts made from now on are to share it.
    if (!this.#purses.has(purse.counter.key)) this.#purses.set(purse.counter.key, purse)
    if (lease.meter === 'usd') this.#log.append({ type: 'lease', spent: lease.spent, ...lease.toLogged() })
  }

  /** Tells the store how far leases are, and closes those that are done. Unheard, it is told again later. */
  async report(purses: Iterable<Purse>): Promise<void> {
    const nowMs = this.ports.nowMs()
    const due = [...purses].flatMap((purse) => purse.leases()).filter((lease) => this.#isDue(lease, nowMs))
    for (let at = 0; at < due.length; at += leasesAtOnce) await this.#reportSome(due.slice(at, at + leasesAtOnce))
  }

  async #reportSome(leases: readonly Lease[]): Promise<void> {
    const done = leases.filter((lease) => lease.isRetired && lease.reserved === 0)
    const reports = await this.#durableReports(leases)
    const isFinal = new Set(this.#log.hasFailed ? done.filter((lease) => lease.meter !== 'usd') : done)
    const [open, closing] = [leases.filter((lease) => !isFinal.has(lease)), [...isFinal]]
    const reportOf = new Map(reports.map((report) => [report.leaseId, report]))
    const pick = (some: readonly Lease[]): LeaseReport[] => some.flatMap((lease) => reportOf.get(lease.id) ?? [])
    await Promise.all([this.#sendReports(open, pick(open)), this.#sendFinals(closing, pick(closing))])
  }

  #isDue(lease: Lease, nowMs: number): boolean {
    if (!lease.isReported || (lease.isRetired && lease.reserved === 0)) return true
    // A lease with a long call in flight is kept from being taken for lost.
    return nowMs - lease.reportedAtMs > this.settings.settleMs / 4
  }

  async #sendReports(leases: readonly Lease[], reports: readonly LeaseReport[]): Promise<void> {
    if (reports.length === 0) return
    const reply = await within(this.ports, this.settings.storeMs, this.ports.store.report(reports))
    if (!reply?.ok) return
    this.#noteReported(leases, reports)
    const news = new Map(reply.value.map((each) => [each.leaseId, each]))
    for (const purse of this.active) for (const lease of purse.leases()) this.#hear(purse, lease, news.get(lease.id))
  }

  #hear(purse: Purse, lease: Lease, news: LeaseNews | undefined): void {
    if (!news) return
    if (news.state !== 'open' && lease === purse.current) purse.retire()
    for (const limit of purse.passedSoftLimits(news.settled)) {
      this.ports.tell({ kind: 'soft-limit', counterKey: purse.counter.key, limit, settled: news.settled })
    }
  }

  async #sendFinals(leases: readonly Lease[], finals: readonly LeaseReport[]): Promise<void> {
    if (finals.length === 0) return
    const reply = await within(this.ports, this.settings.storeMs, this.ports.store.release(finals))
    if (!reply?.ok) return
    const closed = new Set(leases)
    for (const purse of this.active)
      for (const lease of purse.draining) if (closed.has(lease)) purse.draining.delete(lease)
    this.#noteClosed(finals)
  }

  /** Releases what no purse has. */
  async releaseFinals(): Promise<void> {
    const finals = [...this.finals.values()].slice(0, leasesAtOnce)
    if (finals.length === 0 || !(await this.#log.commit())) return
    const reply = await within(this.ports, this.settings.storeMs, this.ports.store.release(finals))
    if (!reply?.ok) return
    for (const { leaseId } of finals) this.finals.delete(leaseId)
    this.#noteClosed(finals)
  }

  #noteClosed(finals: readonly LeaseReport[]): void {
    for (const { leaseId } of finals) this.#log.append({ type: 'released', leaseId })
  }

  #noteReported(leases: readonly Lease[], reports: readonly LeaseReport[]): void {
    const nowMs = this.ports.nowMs()
    for (const [index, report] of reports.entries()) leases[index]?.noteReported(report, nowMs)
  }

  /**
   * How far these leases are. What comes back may be spent by others at once, so it goes out only after the outcomes that
   * freed it are durable: after a crash they would be booked at their full bound.
   */
  async #durableReports(leases: readonly Lease[]): Promise<readonly LeaseReport[]> {
    const reports = leases.map((lease) => lease.toReport())
    if (!leases.some((lease) => lease.meter === 'usd') || (await this.#log.commit())) return reports
    return reports.map((report, index) => {
      const lease = leases[index]
      return lease?.meter === 'usd' ? { ...report, returned: lease.reportedReturned } : report
    })
  }
}

/** Leases in one transaction of the store. */
const leasesAtOnce = 100
