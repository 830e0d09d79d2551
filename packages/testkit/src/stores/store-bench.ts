import { expect, test } from 'bun:test'
import { createBudgetStore } from '@sluice/core/budgets/create-store.ts'
import type { CounterLimit } from '@sluice/core/budgets/limit.ts'
import type { AcquireAsk, AcquireReply, BudgetStore, LeaseAsk, StoreReply } from '@sluice/core/budgets/store.ts'
import type { BudgetRows, LoadedRows, RowsWanted, RowWrites } from '@sluice/core/budgets/store-rows.ts'

/** An empty database, opened for one test. */
export interface OpenRows {
  readonly rows: BudgetRows
  close(): Promise<void>
}

/**
 * Opens one. The rows add `addedMs()` to the database's clock: the suite moves time that way, forward and back.
 */
export type OpenStore = (addedMs: () => number) => Promise<OpenRows>

/** What a test has to work with. */
export interface StoreBench {
  readonly rows: BudgetRows
  readonly store: BudgetStore
  /** Lets time pass, for the store. */
  pass(ms: number): void
  /** The store's clock. */
  now(): Promise<number>
}

/** A test with a store of its own. */
export type WithStore = (what: string, run: (bench: StoreBench) => Promise<void>) => void

/** How much longer than a report a lease stays open, in every test. */
export const settleMs = 60_000
/** How long a lease admits, in every test. */
export const admitMs = 10_000

/** Makes tests on stores that `open` opens. */
export function testOn(open: OpenStore): WithStore {
  return (what, run) => {
    test(what, async () => {
      let added = 0
      const { rows, close } = await open(() => added)
      try {
        const pass = (ms: number): void => {
          added += ms
        }
        await run({ rows, store: createBudgetStore(rows, settleMs), pass, now: () => readClock(rows) })
      } finally {
        await close()
      }
    })
  }
}

/** The value of a reply that must be there. */
export function answerOf<T>(reply: StoreReply<T>): T {
  if (!reply.ok) throw new Error(`The store could not be asked: ${reply.why}`)
  return reply.value
}

/** Nothing to write. */
export const noWrites: RowWrites = { fences: [], leases: [], counters: [], windows: [], burns: [] }

/** Reads rows and changes none. */
export async function readRows(rows: BudgetRows, wanted: RowsWanted): Promise<LoadedRows> {
  return answerOf(
    await rows.transact(
      () => wanted,
      (loaded) => ({ reply: loaded, writes: noWrites }),
    ),
  )
}

/** Writes rows as they are. */
export async function writeRows(rows: BudgetRows, writes: Partial<RowWrites>): Promise<void> {
  await rows.transact(
    () => ({ leaseIds: [], counters: [] }),
    () => ({ reply: undefined, writes: { ...noWrites, ...writes } }),
  )
}

/** A counter in dollars for a lifetime, unless told otherwise. */
export function counterOf(key: string, limit: bigint | undefined, other: Partial<CounterLimit> = {}): CounterLimit {
  const counter: CounterLimit = {
    key: `key:${key}/usd/lifetime/*`,
    scope: { kind: 'key', id: key },
    meter: 'usd',
    per: 'lifetime',
    timeZone: 'UTC',
    limit,
    soft: [],
    epoch: 1,
  }
  return { ...counter, ...other }
}

/** Asks for leases of exactly these sizes, unless told otherwise. */
export function askFor(
  items: readonly (Pick<LeaseAsk, 'leaseId' | 'counter' | 'need'> & Partial<LeaseAsk>)[],
  other: Partial<AcquireAsk> = {},
): AcquireAsk {
  return {
    replica: 'a',
    fence: 1,
    items: items.map((item) => ({ least: item.need, want: item.need, unit: 1, ...item })),
    reports: [],
    admitMs,
    settleMs,
    replicas: 1,
    ...other,
  }
}

/** Asks and answers the reply. */
export async function acquire(store: BudgetStore, ...ask: Parameters<typeof askFor>): Promise<AcquireReply> {
  return answerOf(await store.acquire(askFor(...ask)))
}

/** What one window of a counter holds. */
export async function holdings(
  rows: BudgetRows,
  counterKey: string,
  sinceMs = 0,
): Promise<{ readonly settled: bigint; readonly outstanding: bigint }> {
  const { windows } = await readRows(rows, { leaseIds: [], counters: [{ key: counterKey, sinceMs }] })
  let [settled, outstanding] = [0n, 0n]
  for (const row of windows) {
    settled += row.settled
    outstanding += row.outstanding
  }
  return { settled, outstanding }
}

async function readClock(rows: BudgetRows): Promise<number> {
  return answerOf(
    await rows.transact(
      () => ({ leaseIds: [], counters: [] }),
      (_rows, nowMs) => ({ reply: nowMs, writes: noWrites }),
    ),
  )
}

/** Fails unless the leases were granted; answers their sizes. */
export function sizesOf(reply: AcquireReply): readonly number[] {
  expect(reply.outcome).toBe('granted')
  return reply.outcome === 'granted' ? reply.leases.map((lease) => lease.granted) : []
}
