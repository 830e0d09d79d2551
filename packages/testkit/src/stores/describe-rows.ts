import { describe, expect } from 'bun:test'
import type { LeaseRow } from '@sluice/core/budgets/store-rows.ts'
import { noWrites, readRows, type WithStore, writeRows } from './store-bench.ts'

const lease: LeaseRow = {
  id: 'lease-1',
  counterKey: 'key:a/usd/day/*',
  windowStartMs: 1_800_000_000_000,
  replica: 'replica-1',
  fence: 3,
  granted: 9_007_199_254_740_991,
  spent: 1,
  returned: 2,
  burnt: 3,
  admitUntilMs: 1_800_000_001_000,
  settleUntilMs: 1_800_000_002_000,
  state: 'open',
}
const window = { counterKey: lease.counterKey, startMs: lease.windowStartMs, settled: 5n, outstanding: 2n ** 62n }
const counter = { key: lease.counterKey, limit: 2n ** 62n, epoch: 7 }
const nothingWanted = { leaseIds: [], counters: [] }

/** The rows themselves: kept to the last digit, loaded as wanted, written together or not at all. */
export function describeRows(withStore: WithStore): void {
  describe('rows', () => {
    describeLoading(withStore)
    describeWriting(withStore)
  })
  describe('the clock', () => describeClock(withStore))
}

function describeLoading(withStore: WithStore): void {
  withStore('are read as they were written', async ({ rows }) => {
    const fence = { replica: 'replica-1', fence: 3 }
    await writeRows(rows, { fences: [fence], leases: [lease], counters: [counter], windows: [window] })
    const read = await readRows(rows, { fenceOf: 'replica-1', leaseIds: ['lease-1'], counters: [] })
    expect(read).toEqual({ fence, leases: [lease], counters: [counter], windows: [window] })
  })

  withStore('are overwritten where their key exists', async ({ rows }) => {
    await writeRows(rows, { leases: [lease], counters: [counter], windows: [window] })
    const next = { ...lease, spent: 10, state: 'closed' as const }
    const unlimited = { ...counter, limit: undefined }
    await writeRows(rows, { leases: [next], counters: [unlimited], windows: [{ ...window, settled: 6n }] })
    const read = await readRows(rows, { leaseIds: ['lease-1'], counters: [] })
    expect(read.leases).toEqual([next])
    expect(read.counters).toEqual([unlimited])
    expect(read.windows).toEqual([{ ...window, settled: 6n }])
  })

  withStore('come with all windows of a counter since a moment, and only those', async ({ rows }) => {
    const starts = [100, 200, 300]
    const other = { ...window, counterKey: 'key:b/usd/day/*', startMs: 300 }
    await writeRows(rows, { windows: [...starts.map((startMs) => ({ ...window, startMs })), other] })
    const read = await readRows(rows, { leaseIds: [], counters: [{ key: counter.key, sinceMs: 200 }] })
    expect(read.windows.map((row) => row.startMs).sort()).toEqual([200, 300])
  })

  withStore('of unknown keys are absent', async ({ rows }) => {
    const read = await readRows(rows, {
      fenceOf: 'nobody',
      leaseIds: ['none'],
      counters: [{ key: 'none', sinceMs: 0 }],
    })
    expect(read).toEqual({ fence: undefined, leases: [], counters: [], windows: [] })
  })

  withStore('of expired leases come oldest first, open ones only, no more than wanted', async ({ rows }) => {
    const leases = [30, 10, 20, 5, 90].map((settleUntilMs) => ({
      ...lease,
      id: `at-${settleUntilMs}`,
      settleUntilMs,
    }))
    await writeRows(rows, {
      leases: leases.map((row) => (row.id === 'at-5' ? { ...row, state: 'reaped' as const } : row)),
      counters: [counter],
      windows: [window],
    })
    const read = await readRows(rows, { ...nothingWanted, expired: { beforeMs: 50, most: 2 } })
    expect(read.leases.map((row) => row.id).sort()).toEqual(['at-10', 'at-20'])
    expect([read.counters, read.windows]).toEqual([[counter], [window]])
  })
}

function describeWriting(withStore: WithStore): void {
  withStore('are written together or not at all', async ({ rows }) => {
    const bug = new Error('a bug')
    const broken = rows.transact(
      () => nothingWanted,
      () => {
        throw bug
      },
    )
    await expect(broken).rejects.toThrow('a bug')
    await writeRows(rows, { windows: [window] })
    expect((await readRows(rows, { leaseIds: [], counters: [{ key: counter.key, sinceMs: 0 }] })).windows).toEqual([
      window,
    ])
  })

  withStore('lose no update when many write at once', async ({ rows }) => {
    const wanted = { leaseIds: [], counters: [{ key: counter.key, sinceMs: 0 }] }
    const add = () =>
      rows.transact(
        () => wanted,
        ({ windows }) => {
          const known = windows[0] ?? { ...window, settled: 0n, outstanding: 0n }
          return { reply: undefined, writes: { ...noWrites, windows: [{ ...known, settled: known.settled + 1n }] } }
        },
      )
    await Promise.all(Array.from({ length: 100 }, add))
    expect((await readRows(rows, wanted)).windows[0]?.settled).toBe(100n)
  })
}

function describeClock(withStore: WithStore): void {
  withStore('is in whole milliseconds', async ({ now }) => {
    expect(Number.isSafeInteger(await now())).toBe(true)
  })

  withStore('goes on', async ({ now, pass }) => {
    const before = await now()
    pass(60_000)
    expect(await now()).toBeGreaterThanOrEqual(before + 60_000)
  })
}
