import { bookReport, rowsOfReports, sortCounters } from './decide-report.ts'
import { leaseSize } from './lease-size.ts'
import type { CounterLimit } from './limit.ts'
import type { RowDraft } from './row-draft.ts'
import type { AcquireAsk, AcquireReply, CounterState, LeaseAsk, LeaseGrant } from './store.ts'
import type { LeaseRow, RowsWanted } from './store-rows.ts'
import { countedSince, countedUntil, windowAt } from './window.ts'

/** The rows that this ask reads and writes. */
export function rowsOfAcquire(ask: AcquireAsk, nowMs: number): RowsWanted {
  const reported = rowsOfReports(ask.reports)
  const asked = ask.items.map(({ counter }) => ({ key: counter.key, sinceMs: sinceOf(counter, nowMs) }))
  return {
    fenceOf: ask.replica,
    leaseIds: [...new Set([...reported.leaseIds, ...ask.items.map((item) => item.leaseId)])].sort(),
    counters: sortCounters([...reported.counters, ...asked]),
  }
}

/** Grants a lease on every counter or on none; reports are booked either way. */
export function bookAcquire(draft: RowDraft, ask: AcquireAsk, nowMs: number): AcquireReply {
  for (const report of ask.reports) bookReport(draft, report, nowMs + ask.admitMs + ask.settleMs)
  if (ask.fence < draft.fence) return { outcome: 'fenced' }
  if (ask.fence > draft.fence) draft.putFence({ replica: ask.replica, fence: ask.fence })
  const known = ask.items.flatMap((item) => draft.lease(item.leaseId) ?? [])
  if (known.length > 0) return repeatGrant(draft, ask, { known, nowMs })
  return grantAll(draft, ask, nowMs)
}

function grantAll(draft: RowDraft, ask: AcquireAsk, nowMs: number): AcquireReply {
  for (const { counter } of ask.items) noteLimit(draft, counter)
  const sizes: number[] = []
  for (const { counter, ...amounts } of ask.items) {
    const state = stateOf(draft, counter, nowMs)
    const left = state.limit === undefined ? undefined : state.limit - state.settled - state.outstanding
    const size = leaseSize(left, { ...amounts, replicas: ask.replicas })
    if (size === undefined)
      return { outcome: 'short', shortage: { counterKey: counter.key, least: amounts.least, state } }
    sizes.push(size)
  }
  const leases = ask.items.map((item, index) => grant(draft, item, { ask, granted: sizes[index] ?? 0, nowMs }))
  return { outcome: 'granted', leases }
}

function grant(
  draft: RowDraft,
  { leaseId, counter }: LeaseAsk,
  { ask, granted, nowMs }: { ask: AcquireAsk; granted: number; nowMs: number },
): LeaseGrant {
  const latestMs = Math.min(nowMs + ask.admitMs, windowEndOf(counter, nowMs))
  const lease: LeaseRow = {
    id: leaseId,
    counterKey: counter.key,
    windowStartMs: windowOfLease(counter, { nowMs, admitUntilMs: latestMs }),
    replica: ask.replica,
    fence: ask.fence,
    granted,
    spent: 0,
    returned: 0,
    burnt: 0,
    admitUntilMs: latestMs,
    settleUntilMs: latestMs + ask.settleMs,
    state: 'open',
  }
  draft.putLease(lease)
  draft.addToWindow(lease, 0, granted)
  return toGrant(draft, lease, { counter, nowMs })
}

/** The answer to the first asking was lost. */
function repeatGrant(
  draft: RowDraft,
  ask: AcquireAsk,
  { known, nowMs }: { known: readonly LeaseRow[]; nowMs: number },
): AcquireReply {
  if (known.length < ask.items.length || known.some((lease) => lease.state !== 'open')) return { outcome: 'closed' }
  const leases = ask.items.flatMap(({ leaseId, counter }) => {
    const lease = draft.lease(leaseId)
    return lease ? [toGrant(draft, lease, { counter, nowMs })] : []
  })
  return { outcome: 'granted', leases }
}

function toGrant(
  draft: RowDraft,
  lease: LeaseRow,
  { counter, nowMs }: { counter: CounterLimit; nowMs: number },
): LeaseGrant {
  const { id: leaseId, granted, windowStartMs, admitUntilMs } = lease
  return { leaseId, granted, windowStartMs, admitMs: admitUntilMs - nowMs, state: stateOf(draft, counter, nowMs) }
}

/** What counts now, over the window or over the slices of a rolling one. */
function stateOf(draft: RowDraft, counter: CounterLimit, nowMs: number): CounterState {
  let settled = 0n
  let outstanding = 0n
  let oldestMs = Number.POSITIVE_INFINITY
  for (const row of draft.countedWindows(counter.key, sinceOf(counter, nowMs), typeof counter.per !== 'string')) {
    settled += row.settled
    outstanding += row.outstanding
    if (row.settled > 0n || row.outstanding > 0n) oldestMs = Math.min(oldestMs, row.startMs)
  }
  const startMs = Number.isFinite(oldestMs) ? oldestMs : nowMs
  const untilMs = countedUntil(counter.per, counter.timeZone, startMs)
  return {
    limit: draft.counter(counter.key)?.limit,
    settled,
    outstanding,
    resetsInMs: Number.isFinite(untilMs) ? untilMs - nowMs : undefined,
  }
}

/** The limit of the newest configuration seen, whoever asks. */
function noteLimit(draft: RowDraft, { key, limit, epoch }: CounterLimit): void {
  const known = draft.counter(key)
  if (!known || known.epoch < epoch) draft.putCounter({ key, limit, epoch })
}

function sinceOf({ per, timeZone }: CounterLimit, nowMs: number): number {
  return countedSince(per, timeZone, nowMs)
}

/** A lease must not outlive its window. A rolling one has no end. */
function windowEndOf({ per, timeZone }: CounterLimit, nowMs: number): number {
  return typeof per === 'string' ? windowAt(per, timeZone, nowMs).endMs : Number.POSITIVE_INFINITY
}

/**
 * A rolling lease counts in the slice of the last moment it may admit: counted from its grant, a call it admits later
 * would drop out of the window too early.
 */
function windowOfLease(
  { per, timeZone }: CounterLimit,
  { nowMs, admitUntilMs }: { nowMs: number; admitUntilMs: number },
): number {
  return windowAt(per, timeZone, typeof per === 'string' ? nowMs : admitUntilMs).startMs
}
