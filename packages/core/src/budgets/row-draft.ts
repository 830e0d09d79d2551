import type { LeaseReport } from './store.ts'
import type { BurnLine, CounterRow, FenceRow, LeaseRow, LoadedRows, RowWrites, WindowRow } from './store-rows.ts'

/** The rows of one transaction while it is decided: reads see what was written before. */
export class RowDraft {
  readonly #leases: Map<string, LeaseRow>
  readonly #counters: Map<string, CounterRow>
  readonly #windows: Map<string, WindowRow>
  readonly #fence: FenceRow | undefined
  readonly #fences: FenceRow[] = []
  readonly #burns: BurnLine[] = []
  readonly #changed: Set<string> = new Set()

  constructor(rows: LoadedRows) {
    this.#fence = rows.fence
    this.#leases = new Map(rows.leases.map((row) => [row.id, row]))
    this.#counters = new Map(rows.counters.map((row) => [row.key, row]))
    this.#windows = new Map(rows.windows.map((row) => [windowKey(row.counterKey, row.startMs), row]))
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

  /** The row, or an empty one where nothing was counted yet. */
  window(counterKey: string, startMs: number): WindowRow {
    return this.#windows.get(windowKey(counterKey, startMs)) ?? { counterKey, startMs, settled: 0n, outstanding: 0n }
  }

  windowsSince(counterKey: string, sinceMs: number): readonly WindowRow[] {
    return [...this.#windows.values()].filter((row) => row.counterKey === counterKey && row.startMs >= sinceMs)
  }

  putFence(row: FenceRow): void {
    this.#fences.push(row)
  }

  putLease(row: LeaseRow): void {
    this.#leases.set(row.id, row)
    this.#changed.add(`lease ${row.id}`)
  }

  putCounter(row: CounterRow): void {
    this.#counters.set(row.key, row)
    this.#changed.add(`counter ${row.key}`)
  }

  /** Adds to a window; both may be negative. */
  addToWindow(at: Pick<LeaseReport, 'counterKey' | 'windowStartMs'>, settled: number, outstanding: number): void {
    const row = this.window(at.counterKey, at.windowStartMs)
    const key = windowKey(row.counterKey, row.startMs)
    this.#windows.set(key, {
      ...row,
      settled: row.settled + BigInt(settled),
      outstanding: row.outstanding + BigInt(outstanding),
    })
    this.#changed.add(`window ${key}`)
  }

  addBurn(line: BurnLine): void {
    if (line.amount !== 0) this.#burns.push(line)
  }

  writes(): RowWrites {
    const isChanged = (kind: string, key: string): boolean => this.#changed.has(`${kind} ${key}`)
    return {
      fences: this.#fences,
      leases: [...this.#leases.values()].filter((row) => isChanged('lease', row.id)),
      counters: [...this.#counters.values()].filter((row) => isChanged('counter', row.key)),
      windows: [...this.#windows.values()].filter((row) => isChanged('window', windowKey(row.counterKey, row.startMs))),
      burns: this.#burns,
    }
  }
}

function windowKey(counterKey: string, startMs: number): string {
  return `${counterKey} ${startMs}`
}
