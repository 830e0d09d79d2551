import type { StoreReply } from './store.ts'

/**
 * What a database must hold for budgets, and the one thing it must be able to do. The arithmetic is in `decide-*.ts`
 * and is the same for every database.
 */
export interface BudgetRows {
  /**
   * One transaction: read the database's clock, ask `wanted` which rows are needed, lock and load them, let `decide`
   * say what to write, write it and commit; then answer `decide`'s reply. Rows are locked in this order, so that two
   * transactions never wait for each other: the fence, leases by id, counters by key, windows by key and start. Both
   * functions are pure and may be called again when the transaction has to be repeated. When `decide` throws, which is a
   * bug, nothing is written and the promise rejects; a database that cannot be reached is a value.
   *
   * The clock is in whole milliseconds. When it is set, windows follow it, and what was counted in them still counts.
   */
  transact<T>(wanted: (nowMs: number) => RowsWanted, decide: Decide<T>): Promise<StoreReply<T>>
}

/** Says what to write, given the rows that were wanted. */
export type Decide<T> = (rows: LoadedRows, nowMs: number) => { readonly reply: T; readonly writes: RowWrites }

export interface RowsWanted {
  readonly fenceOf?: string
  /** These leases, as far as they exist, each with its counter and its window. */
  readonly leaseIds: readonly string[]
  /** These counters with all their windows that start at this moment or later. */
  readonly counters: readonly { readonly key: string; readonly sinceMs: number }[]
  /** The oldest open leases whose `settleUntilMs` is before this, each with its counter and its window. */
  readonly expired?: { readonly beforeMs: number; readonly most: number }
}

export interface LoadedRows {
  readonly fence: FenceRow | undefined
  readonly leases: readonly LeaseRow[]
  readonly counters: readonly CounterRow[]
  readonly windows: readonly WindowRow[]
}

/** Rows to insert, or to overwrite where their key exists; and lines to append to the ledger. */
export interface RowWrites {
  readonly fences: readonly FenceRow[]
  readonly leases: readonly LeaseRow[]
  readonly counters: readonly CounterRow[]
  readonly windows: readonly WindowRow[]
  readonly burns: readonly BurnLine[]
}

/** Key: `replica`. */
export interface FenceRow {
  readonly replica: string
  readonly fence: number
}

/** Key: `key`. */
export interface CounterRow {
  readonly key: string
  readonly limit: bigint | undefined
  /** The version of the configuration that `limit` is from. */
  readonly epoch: number
}

/** Key: `counterKey`, `startMs`. Kept for as long as it may be asked about; 64-bit integers. */
export interface WindowRow {
  readonly counterKey: string
  readonly startMs: number
  readonly settled: bigint
  /** What open leases hold: granted, not returned and not reported as spent. */
  readonly outstanding: bigint
}

/**
 * Key: `id`. Closed ones are kept for a week: they are what makes a late message harmless. Index `settleUntilMs` where
 * the state is `open`.
 */
export interface LeaseRow {
  readonly id: string
  readonly counterKey: string
  readonly windowStartMs: number
  readonly replica: string
  readonly fence: number
  readonly granted: number
  readonly spent: number
  readonly returned: number
  /** Booked as settled when the lease was reaped. */
  readonly burnt: number
  readonly admitUntilMs: number
  readonly settleUntilMs: number
  readonly state: 'open' | 'reaped' | 'closed'
}

/** A line of the ledger that no call made: what a lost lease burnt, or, negative, what came back of it. */
export interface BurnLine {
  readonly leaseId: string
  readonly kind: 'burnt' | 'refunded'
  readonly counterKey: string
  readonly windowStartMs: number
  readonly amount: number
}
