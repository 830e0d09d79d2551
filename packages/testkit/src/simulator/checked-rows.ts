import { meterOfKey } from '@sluice/core/budgets/limit.ts'
import type { MemoryRows } from '@sluice/core/budgets/memory-rows.ts'
import { placeOf } from '@sluice/core/budgets/place.ts'
import type { AcquireAsk, StoreReply } from '@sluice/core/budgets/store.ts'
import type {
  BudgetRows,
  CounterRow,
  Decide,
  RowsWanted,
  RowWrites,
  WindowRow,
} from '@sluice/core/budgets/store-rows.ts'
import { countedSince } from '@sluice/core/budgets/window.ts'
import type { Oracle } from './oracle.ts'

/** The store's rows, with every write looked at: what must be true of them is true after each transaction. */
export class CheckedRows implements BudgetRows {
  /** The newest limit any replica has told of, by counter. */
  readonly newest: Map<string, { readonly epoch: number; readonly limit: bigint | undefined }> = new Map()
  /** The last start seen of each replica. */
  readonly fences: Map<string, number> = new Map()
  readonly #rows: MemoryRows
  readonly #oracle: Oracle
  readonly #violate: (what: string) => void

  constructor(rows: MemoryRows, oracle: Oracle, violate: (what: string) => void) {
    this.#rows = rows
    this.#oracle = oracle
    this.#violate = violate
  }

  /** A replica asks with this start and these limits: from now on none before them may count. True: it comes too late. */
  noteAsk({ replica, fence, items }: AcquireAsk): boolean {
    const known = this.fences.get(replica) ?? 0
    if (fence < known) return true
    this.#noteNew(replica, fence, items)
    return false
  }

  #noteNew(replica: string, fence: number, items: AcquireAsk['items']): void {
    if (items.some((item) => this.#rows.leases.has(item.leaseId))) return
    this.fences.set(replica, fence)
    for (const { counter } of items) {
      const newest = this.newest.get(counter.key)
      if (!newest || newest.epoch < counter.epoch) this.newest.set(counter.key, counter)
    }
  }

  transact<T>(wanted: (nowMs: number) => RowsWanted, decide: Decide<T>): Promise<StoreReply<T>> {
    let written: RowWrites | undefined
    let atMs = 0
    const before = new Map<string, bigint>()
    const reply = this.#rows.transactNow(wanted, (rows, nowMs) => {
      const decision = decide(rows, nowMs)
      written = decision.writes
      atMs = nowMs
      for (const row of written.windows) before.set(placeOf(row.counterKey, row.startMs), this.#booked(row))
      for (const row of written.counters) this.#checkCounter(row)
      return decision
    })
    for (const row of written?.windows ?? [])
      this.#checkWindow(row, before.get(placeOf(row.counterKey, row.startMs)) ?? 0n, atMs)
    return Promise.resolve({ ok: true, value: reply })
  }

  #booked({ counterKey, startMs }: WindowRow): bigint {
    const row = this.#rows.windows.get(counterKey)?.get(startMs)
    return (row?.settled ?? 0n) + (row?.outstanding ?? 0n)
  }

  #checkCounter(row: CounterRow): void {
    const newest = this.newest.get(row.key)
    if (newest && newest.limit !== row.limit) {
      this.#violate(`${row.key} went back to ${row.limit} from the newer ${newest.limit}`)
    }
  }

  /** I1: what is granted fits. A limit that was lowered below what is spent admits nothing more. */
  #checkWindow(row: WindowRow, before: bigint, nowMs: number): void {
    const place = placeOf(row.counterKey, row.startMs)
    if (row.settled < 0n || row.outstanding < 0n)
      this.#violate(`${place} is negative: ${row.settled}, ${row.outstanding}`)
    this.#oracle.checkPlace(place)
    const counter = this.#oracle.counter(row.counterKey)
    const limit = this.newest.get(row.counterKey)?.limit
    if (!counter || limit === undefined || row.settled + row.outstanding <= before) return
    const since = countedSince(counter.per, counter.timeZone, nowMs)
    let sum = 0n
    for (const each of this.#rows.windows.get(row.counterKey)?.values() ?? []) {
      if (each.startMs >= since) sum += each.settled + each.outstanding
    }
    if (sum > limit) this.#violate(`I1: ${place} holds ${sum} of ${limit} (${meterOfKey(row.counterKey)})`)
  }
}
