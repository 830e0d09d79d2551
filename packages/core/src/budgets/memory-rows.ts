import type { StoreReply } from './store.ts'
import type {
  BudgetRows,
  BurnLine,
  CounterRow,
  Decide,
  FenceRow,
  LeaseRow,
  LoadedRows,
  RowsWanted,
  RowWrites,
  WindowRow,
} from './store-rows.ts'

/** The rows of budgets in memory: the reference for databases, and what the simulator's store keeps. */
export class MemoryRows implements BudgetRows {
  readonly fences: Map<string, FenceRow> = new Map()
  readonly leases: Map<string, LeaseRow> = new Map()
  readonly counters: Map<string, CounterRow> = new Map()
  /** By counter, then by start. */
  readonly windows: Map<string, Map<number, WindowRow>> = new Map()
  readonly burns: BurnLine[] = []
  readonly #openLeases: Set<string> = new Set()
  readonly #nowMs: () => number

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  async transact<T>(wanted: (nowMs: number) => RowsWanted, decide: Decide<T>): Promise<StoreReply<T>> {
    return { ok: true, value: this.transactNow(wanted, decide) }
  }

  /** The same at once. */
  transactNow<T>(wanted: (nowMs: number) => RowsWanted, decide: Decide<T>): T {
    const nowMs = this.#nowMs()
    const { reply, writes } = decide(this.#load(wanted(nowMs)), nowMs)
    this.#write(writes)
    return reply
  }

  #load(wanted: RowsWanted): LoadedRows {
    const leases = new Set<LeaseRow>(this.#expired(wanted.expired))
    for (const id of wanted.leaseIds) addKnown(leases, this.leases.get(id))
    const windows = new Set<WindowRow>()
    const counters = new Set<CounterRow>()
    for (const { key, sinceMs } of wanted.counters) {
      addKnown(counters, this.counters.get(key))
      for (const row of this.windows.get(key)?.values() ?? []) if (row.startMs >= sinceMs) windows.add(row)
    }
    for (const { counterKey, windowStartMs } of leases) {
      addKnown(counters, this.counters.get(counterKey))
      addKnown(windows, this.windows.get(counterKey)?.get(windowStartMs))
    }
    return {
      fence: wanted.fenceOf === undefined ? undefined : this.fences.get(wanted.fenceOf),
      leases: [...leases],
      counters: [...counters],
      windows: [...windows],
    }
  }

  #expired(wanted: RowsWanted['expired']): readonly LeaseRow[] {
    if (!wanted) return []
    const found: LeaseRow[] = []
    for (const id of this.#openLeases) {
      const row = this.leases.get(id)
      if (row && row.settleUntilMs < wanted.beforeMs) found.push(row)
    }
    return found.sort((a, b) => a.settleUntilMs - b.settleUntilMs).slice(0, wanted.most)
  }

  #write(writes: RowWrites): void {
    for (const row of writes.fences) this.fences.set(row.replica, row)
    for (const row of writes.counters) this.counters.set(row.key, row)
    for (const row of writes.leases) {
      this.leases.set(row.id, row)
      if (row.state === 'open') this.#openLeases.add(row.id)
      else this.#openLeases.delete(row.id)
    }
    for (const row of writes.windows) {
      const windows = this.windows.get(row.counterKey) ?? new Map<number, WindowRow>()
      this.windows.set(row.counterKey, windows.set(row.startMs, row))
    }
    this.burns.push(...writes.burns)
  }
}

function addKnown<Row>(rows: Set<Row>, row: Row | undefined): void {
  if (row) rows.add(row)
}
