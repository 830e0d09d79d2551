import { bookAcquire, rowsOfAcquire } from './decide-acquire.ts'
import { bookReap, bookRelease, bookReport, rowsOfReports } from './decide-report.ts'
import { meterOfKey } from './limit.ts'
import { RowDraft } from './row-draft.ts'
import type { BudgetStore, LeaseReport, ReapReply } from './store.ts'
import type { BudgetRows, LoadedRows, RowWrites } from './store-rows.ts'

/** Leases that one `reap` takes: a transaction stays short however many replicas were lost. */
const reapedAtOnce = 100

/**
 * The store on any database that keeps its rows. `settleMs` is how much longer a lease may be settled after each report;
 * the same as the replicas ask for in `acquire`.
 */
export function createBudgetStore(rows: BudgetRows, settleMs: number): BudgetStore {
  return {
    acquire: (ask) =>
      rows.transact(
        (nowMs) => rowsOfAcquire(ask, nowMs),
        (loaded, nowMs) => decide(loaded, (draft) => bookAcquire(draft, ask, nowMs)),
      ),
    report: (reports) =>
      rows.transact(
        () => rowsOfReports(reports),
        (loaded, nowMs) =>
          decide(loaded, (draft) => reports.map((report) => bookReport(draft, report, nowMs + settleMs))),
      ),
    release: (finals: readonly LeaseReport[]) =>
      rows.transact(
        () => rowsOfReports(finals),
        (loaded, nowMs) => decide(loaded, (draft) => finals.map((final) => bookRelease(draft, final, nowMs))),
      ),
    reap: () =>
      rows.transact(
        (nowMs) => ({ leaseIds: [], counters: [], expired: { beforeMs: nowMs, most: reapedAtOnce } }),
        (loaded, nowMs) => decide(loaded, (draft) => reapExpired(draft, nowMs)),
      ),
  }
}

function reapExpired(draft: RowDraft, nowMs: number): ReapReply {
  const expired = draft.leases().filter((lease) => lease.state === 'open' && lease.settleUntilMs < nowMs)
  for (const lease of expired) bookReap(draft, lease, meterOfKey(lease.counterKey) === 'concurrency')
  return { reaped: expired.length, hasMore: expired.length >= reapedAtOnce }
}

function decide<T>(loaded: LoadedRows, book: (draft: RowDraft) => T): { reply: T; writes: RowWrites } {
  const draft = new RowDraft(loaded)
  return { reply: book(draft), writes: draft.writes() }
}
