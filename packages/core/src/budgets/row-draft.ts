import type { LeasePlace } from './store.ts'
import type { BurnLine, CounterRow, FenceRow, LeaseRow, LoadedRows, RowWrites, WindowRow } from './store-rows.ts'

/** The rows of one transaction while it is decided: reads see what was written before. */
export class RowDraft {
  readonly #leases: Map<string, LeaseRow> = new Map()
  readonly #counters: Map<string, CounterRow> = new Map()
  /** By counter, then by start. */
  readonly #windows: Map<string, Map<number, WindowRow>> = new Map()
  readonly #fence: FenceRow | undefined
  readonly #fences: FenceRow[] = []
  readonly #burns: BurnLine[] = []
  readonly #changedLeases: Map<string, LeaseRow> = new Map()
  readonly #changedCounters: Map<string, CounterRow> = new Map()
  /** Those that will be written; each is the same object as in `#windows`. */
  readonly #changedWindows: Set<ChangedWindow> = new Set()

  constructor(rows: LoadedRows) {
    this.#fence = rows.fence
    for (const row of rows.leases) this.#leases.set(row.id, row)
    for (const row of rows.counters) this.#counters.set(row.key, row)
    for (const row of rows.windows) this.#windowsOf(row.counterKey).set(row.startMs, row)
  }

  get fence(): number {
    return this.#fence?.fence ?? 0
  }

  lease(id: string): LeaseRow | undefined {
    return this.#leases.get(id)
  }

  counter(key: string): CounterRow | undefined {
    return this.#counters.get(key)
  }

  leases(): readonly LeaseRow[] {
    return [...this.#leases.values()]
  }

  /** Spent for certain in this window. */
  settledIn({ counterKey, windowStartMs }: Omit<LeasePlace, 'leaseId'>): bigint {
    return this.#windows.get(counterKey)?.get(windowStartMs)?.settled ?? 0n
  }

  /** The window of a counter that starts here; of one that rolls, all slices since then. */
  countedWindows(counterKey: string, sinceMs: number, isRolling: boolean): readonly WindowRow[] {
    const windows = this.#windows.get(counterKey)
    if (isRolling) return [...(windows?.values() ?? [])].filter((row) => row.startMs >= sinceMs)
    // There may be later windows: a clock was set back.
    const row = windows?.get(sinceMs)
    return row ? [row] : []
  }

  putFence(row: FenceRow): void {
    this.#fences.push(row)
  }

  putLease(row: LeaseRow): void {
    this.#leases.set(row.id, row)
    this.#changedLeases.set(row.id, row)
  }

  putCounter(row: CounterRow): void {
    this.#counters.set(row.key, row)
    this.#changedCounters.set(row.key, row)
  }

  /** Adds to a window; both may be negative. */
  addToWindow({ counterKey, windowStartMs }: Omit<LeasePlace, 'leaseId'>, settled: number, outstanding: number): void {
    const windows = this.#windowsOf(counterKey)
    const known = windows.get(windowStartMs)
    let row = known instanceof ChangedWindow ? known : undefined
    if (!row) {
      row = new ChangedWindow(known ?? { counterKey, startMs: windowStartMs, settled: 0n, outstanding: 0n })
      windows.set(windowStartMs, row)
      this.#changedWindows.add(row)
    }
    row.settled += BigInt(settled)
    row.outstanding += BigInt(outstanding)
  }

  addBurn(line: BurnLine): void {
    if (line.amount !== 0) this.#burns.push(line)
  }

  writes(): RowWrites {
    return {
      fences: this.#fences,
      leases: [...this.#changedLeases.values()],
      counters: [...this.#changedCounters.values()],
      windows: [...this.#changedWindows].map(({ counterKey, startMs, settled, outstanding }) => {
        return { counterKey, startMs, settled, outstanding }
      }),
      burns: this.#burns,
    }
  }

  #windowsOf(counterKey: string): Map<number, WindowRow> {
    const known = this.#windows.get(counterKey)
    if (known) return known
    const windows = new Map<number, WindowRow>()
    this.#windows.set(counterKey, windows)
    return windows
  }
}

/** A window's row that will be written. */
class ChangedWindow implements WindowRow {
  readonly counterKey: string
  readonly startMs: number
  settled: bigint
  outstanding: bigint

  constructor({ counterKey, startMs, settled, outstanding }: WindowRow) {
    this.counterKey = counterKey
    this.startMs = startMs
    this.settled = settled
    this.outstanding = outstanding
  }
}
