import { BudgetBook } from '@sluice/core/budgets/budget-book.ts'
import { bookReap, outstandingOf } from '@sluice/core/budgets/decide-report.ts'
import { Lease } from '@sluice/core/budgets/lease.ts'
import { decodeFrames, encodeFrame } from '@sluice/core/budgets/log-record.ts'
import { Reservation } from '@sluice/core/budgets/reservation.ts'
import { RowDraft } from '@sluice/core/budgets/row-draft.ts'
import { settleAttempt } from '@sluice/core/budgets/settle.ts'
import type { BudgetStore, LeaseReport } from '@sluice/core/budgets/store.ts'
import type { BudgetRows } from '@sluice/core/budgets/store-rows.ts'
import { WriteAheadLog } from '@sluice/core/budgets/write-ahead-log.ts'
import type { Seams } from './seams.ts'

/** One rule, broken on purpose. */
export interface Mutant {
  readonly name: string
  /** A seed that catches it. Any change of the simulator may move it; the test then looks for another. */
  readonly seed: number
  readonly seams: Seams
}

/** Rules whose breaking the simulator must notice. */
export const mutants: readonly Mutant[] = [
  { seed: 5, name: 'skip the recall', seams: { peers: () => ({ recall: () => Promise.resolve() }) } },
  {
    seed: 4,
    name: 'return instead of burn',
    seams: { store: (store, rows) => ({ ...store, reap: () => reapGently(rows) }) },
  },
  { seed: 1, name: 'settle twice', seams: { patch: settleTwice } },
  {
    seed: 25,
    name: 'admit after admit_until',
    seams: { patch: () => replace(Lease.prototype, 'canTake', canTakeForEver) },
  },
  { seed: 25, name: 'count admit_until from receipt instead of send', seams: { link: countFromReceipt } },
  { seed: 1, name: 'partial acquire', seams: { store: acquireOneByOne } },
  {
    seed: 1,
    name: 'lose a release',
    seams: { store: (store) => ({ ...store, release: () => Promise.resolve({ ok: true, value: [] }) }) },
  },
  { seed: 5, name: 'the smaller report instead of the larger', seams: { store: reportSmaller } },
  { seed: 1, name: 'return first, tell how much later', seams: { patch: returnTwice } },
  { seed: 10, name: 'ignore the epoch', seams: { store: ignoreEpoch } },
  {
    seed: 50,
    name: 'ignore the fence',
    seams: {
      store: (store) => ({
        ...store,
        acquire: (ask) => store.acquire({ ...ask, replica: `${ask.replica}.${ask.fence}` }),
      }),
    },
  },
  { seed: 1, name: 'cap the reservation to what is left', seams: { patch: capReservation } },
  {
    seed: 1,
    name: 'round down',
    seams: { quote: (quote) => ({ ...quote, boundNanos: (i, o) => Math.max(0, quote.boundNanos(i, o) - 1) }) },
  },
  {
    seed: 2,
    name: 'send before it is durable',
    seams: { patch: () => replace(BudgetBook.prototype, 'makeDurable', () => Promise.resolve(true)) },
  },
  { seed: 3, name: 'give back before the outcome is durable', seams: { patch: giveBackAtOnce } },
  {
    seed: 28,
    name: 'a failed fsync is good enough',
    seams: { disk: (disk) => ({ ...disk, append: async (bytes) => (await disk.append(bytes)) || true }) },
  },
  {
    seed: 4,
    name: 'forget what was open',
    seams: { disk: (disk) => ({ ...disk, read: async () => withoutOpen(await disk.read()) }) },
  },
  { seed: 1, name: 'settle what is cut as nothing', seams: { patch: settleCutAsNothing } },
  { seed: 26, name: 'a lease outlives its window', seams: { link: outliveWindow } },
  {
    seed: 1,
    name: 'the ledger loses lines',
    seams: { ledger: (ledger) => ({ put: (lines) => ledger.put(lines.slice(1)) }) },
  },
]

/** Puts another function in the place of a method; the answer puts it back. */
function replace<T extends object, K extends keyof T>(target: T, name: K, method: T[K]): () => void {
  const original = target[name]
  target[name] = method
  return () => {
    target[name] = original
  }
}

function canTakeForEver(this: Lease, amount: number): boolean {
  return !this.isRetired && this.left >= amount
}

function settleTwice(): () => void {
  return replace(Reservation.prototype, 'finish', function (this: Reservation, ending) {
    const settlement = settleAttempt(this.bound, ending)
    for (const lease of this.hand.strict)
      lease.settle(lease.meter === 'usd' ? this.bound.nanos : 0, lease.meter === 'usd' ? settlement.amounts.nanos : 0)
    return settlement
  })
}

function returnTwice(): () => void {
  return replace(Lease.prototype, 'retire', function (this: Lease) {
    this.isRetired = true
    this.admitUntilMs = Number.NEGATIVE_INFINITY
    this.returned = this.granted - this.spent
    this.left = -this.reserved
  })
}

function capReservation(): () => void {
  const can = replace(Lease.prototype, 'canTake', function (this: Lease, _amount, nowMs) {
    return this.left > 0 && nowMs < this.admitUntilMs
  })
  return can
}

/** Sending still waits for the log; reports to the store and lines to the ledger do not. */
function giveBackAtOnce(): () => void {
  const { commit } = WriteAheadLog.prototype
  const { makeDurable } = BudgetBook.prototype
  let isSending = false
  const undoCommit = replace(WriteAheadLog.prototype, 'commit', function (this: WriteAheadLog) {
    return isSending ? commit.call(this) : Promise.resolve(true)
  })
  const undoDurable = replace(BudgetBook.prototype, 'makeDurable', function (this: BudgetBook) {
    isSending = true
    const durable = makeDurable.call(this)
    isSending = false
    return durable
  })
  return () => {
    undoCommit()
    undoDurable()
  }
}

function settleCutAsNothing(): () => void {
  const { finish } = Reservation.prototype
  return replace(Reservation.prototype, 'finish', function (this: Reservation, ending) {
    return finish.call(this, ending.how === 'cut' ? { how: 'refused' } : ending)
  })
}

/** What a lost lease left goes back into the budget, as if it had not been spent. */
function reapGently(rows: BudgetRows): ReturnType<BudgetStore['reap']> {
  return rows.transact(
    (nowMs) => ({ leaseIds: [], counters: [], expired: { beforeMs: nowMs, most: 100 } }),
    (loaded) => {
      const draft = new RowDraft(loaded)
      for (const lease of draft.leases()) bookReap(draft, lease, true)
      return { reply: { reaped: 0, hasMore: false }, writes: draft.writes() }
    },
  )
}

function countFromReceipt(store: BudgetStore, time: { readonly nowMs: number }): BudgetStore {
  return {
    ...store,
    acquire: async (ask) => {
      const sentAtMs = time.nowMs
      const reply = await store.acquire(ask)
      const lateMs = time.nowMs - sentAtMs
      return lengthen(reply, (admitMs) => admitMs + lateMs)
    },
  }
}

function outliveWindow(store: BudgetStore): BudgetStore {
  return { ...store, acquire: async (ask) => lengthen(await store.acquire(ask), () => ask.admitMs) }
}

type AcquireAnswer = Awaited<ReturnType<BudgetStore['acquire']>>

function lengthen(reply: AcquireAnswer, change: (admitMs: number) => number): AcquireAnswer {
  if (!reply.ok || reply.value.outcome !== 'granted') return reply
  const leases = reply.value.leases.map((lease) => ({ ...lease, admitMs: change(lease.admitMs) }))
  return { ok: true, value: { outcome: 'granted', leases } }
}

/** Each counter by itself: what was granted before one of them refused stays granted. */
function acquireOneByOne(store: BudgetStore): BudgetStore {
  return {
    ...store,
    acquire: async (ask) => {
      const leases = []
      for (const item of ask.items) {
        const reply = await store.acquire({ ...ask, items: [item] })
        if (!reply.ok || reply.value.outcome !== 'granted') return reply
        leases.push(...reply.value.leases)
      }
      return { ok: true, value: { outcome: 'granted', leases } }
    },
  }
}

/** What is heard first counts, not what is largest. */
function reportSmaller(store: BudgetStore, rows: BudgetRows): BudgetStore {
  const book = (reports: readonly LeaseReport[], state: 'open' | 'closed'): ReturnType<BudgetStore['report']> =>
    rows.transact(
      () => ({ leaseIds: reports.map((each) => each.leaseId), counters: [] }),
      (loaded) => {
        const draft = new RowDraft(loaded)
        for (const { leaseId, spent } of reports) {
          const lease = draft.lease(leaseId)
          if (lease?.state !== 'open') continue
          const next = { ...lease, spent: lease.spent > 0 ? Math.min(lease.spent, spent) : spent, state }
          draft.putLease(next)
          const left = state === 'open' ? outstandingOf(next) : 0
          draft.addToWindow(lease, next.spent - lease.spent, left - outstandingOf(lease))
        }
        const reply = reports.map(({ leaseId }) => ({ leaseId, state, settled: 0n }))
        return { reply, writes: draft.writes() }
      },
    )
  return { ...store, report: (reports) => book(reports, 'open'), release: (finals) => book(finals, 'closed') }
}

/** Whoever asks last sets the limit. */
function ignoreEpoch(store: BudgetStore): BudgetStore {
  let asked = 1e6
  return {
    ...store,
    acquire: (ask) => {
      asked++
      const items = ask.items.map((item) => ({ ...item, counter: { ...item.counter, epoch: asked } }))
      return store.acquire({ ...ask, items })
    },
  }
}

function withoutOpen(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes && encodeFrame(decodeFrames(bytes).filter((line) => !line.startsWith('{"type":"reserved"')))
}
