import type { RowDraft } from './row-draft.ts'
import type { LeaseNews, LeaseReport } from './store.ts'
import type { LeaseRow, RowsWanted } from './store-rows.ts'

/** The rows that reports on these leases touch. */
export function rowsOfReports(reports: readonly LeaseReport[]): Pick<RowsWanted, 'leaseIds' | 'counters'> {
  return {
    leaseIds: [...new Set(reports.map((report) => report.leaseId))].sort(),
    counters: sortCounters(
      reports.map(({ counterKey, windowStartMs }) => ({ key: counterKey, sinceMs: windowStartMs })),
    ),
  }
}

/** One entry for each counter, from the earliest moment wanted, in the order of locking. */
export function sortCounters(wanted: RowsWanted['counters']): RowsWanted['counters'] {
  const since = new Map<string, number>()
  for (const { key, sinceMs } of wanted) since.set(key, Math.min(sinceMs, since.get(key) ?? sinceMs))
  return [...since].map(([key, sinceMs]) => ({ key, sinceMs })).sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** Books how far a lease is spent. What is older than what is known changes nothing. */
export function bookReport(draft: RowDraft, report: LeaseReport, settleUntilMs: number): LeaseNews {
  const lease = draft.lease(report.leaseId)
  if (lease?.state === 'open') bookProgress(draft, lease, { report, settleUntilMs })
  return newsOf(draft, report, lease?.state ?? 'unknown')
}

/** Books the end of a lease. Whatever arrives about it later changes nothing. */
export function bookRelease(draft: RowDraft, final: LeaseReport, nowMs: number): LeaseNews {
  const lease = draft.lease(final.leaseId)
  if (!lease) bookUnknown(draft, final, nowMs)
  else if (lease.state === 'open') closeOpen(draft, lease, final)
  else if (lease.state === 'reaped') refundReaped(draft, lease, final)
  return newsOf(draft, final, 'closed')
}

/** Books a lost lease's remainder as spent: whether it was, only its replica knows, and that is gone. */
export function bookReap(draft: RowDraft, lease: LeaseRow, isLevel: boolean): void {
  const left = outstandingOf(lease)
  // A level (calls in flight) has no remainder to burn: what the replica had in flight has ended with it.
  const burnt = isLevel ? 0 : left
  draft.putLease({ ...lease, burnt, state: 'reaped' })
  draft.addToWindow(lease, burnt, -left)
  draft.addBurn({ ...placeOf(lease), kind: 'burnt', amount: burnt })
}

/** What an open lease takes of the limit beside what it has reported as spent. */
export function outstandingOf({ granted, spent, returned }: Pick<LeaseRow, 'granted' | 'spent' | 'returned'>): number {
  return Math.max(0, granted - spent - returned)
}

function bookProgress(
  draft: RowDraft,
  lease: LeaseRow,
  { report, settleUntilMs }: { report: LeaseReport; settleUntilMs: number },
): void {
  const next: LeaseRow = {
    ...lease,
    spent: Math.max(lease.spent, report.spent),
    returned: Math.max(lease.returned, report.returned),
    // A replica that reports is alive: its calls in flight may go on.
    settleUntilMs: Math.max(lease.settleUntilMs, settleUntilMs),
  }
  draft.putLease(next)
  draft.addToWindow(lease, next.spent - lease.spent, outstandingOf(next) - outstandingOf(lease))
}

function closeOpen(draft: RowDraft, lease: LeaseRow, final: LeaseReport): void {
  const spent = Math.max(lease.spent, final.spent)
  draft.putLease({ ...lease, spent, returned: Math.max(lease.returned, lease.granted - spent), state: 'closed' })
  draft.addToWindow(lease, spent - lease.spent, -outstandingOf(lease))
}

/** The owner is back and has read its log: what was burnt beyond its spending comes back. */
function refundReaped(draft: RowDraft, lease: LeaseRow, final: LeaseReport): void {
  const spent = Math.max(lease.spent, final.spent)
  const refund = lease.spent + lease.burnt - spent
  draft.putLease({ ...lease, spent, state: 'closed' })
  draft.addToWindow(lease, -refund, 0)
  draft.addBurn({ ...placeOf(lease), kind: 'refunded', amount: -lease.burnt })
}

/** Either its grant never arrived, and now never will; or the store lost it, and what it spent is spent all the same. */
function bookUnknown(draft: RowDraft, final: LeaseReport, nowMs: number): void {
  const { leaseId, counterKey, windowStartMs, spent } = final
  draft.putLease({
    id: leaseId,
    counterKey,
    windowStartMs,
    replica: '',
    fence: 0,
    granted: spent,
    spent,
    returned: 0,
    burnt: 0,
    admitUntilMs: nowMs,
    settleUntilMs: nowMs,
    state: 'closed',
  })
  if (spent > 0) draft.addToWindow(final, spent, 0)
}

function newsOf(draft: RowDraft, report: LeaseReport, state: LeaseNews['state']): LeaseNews {
  return { leaseId: report.leaseId, state, settled: draft.settledIn(report) }
}

function placeOf({ id, counterKey, windowStartMs }: LeaseRow) {
  return { leaseId: id, counterKey, windowStartMs }
}
