import { describe, expect } from 'bun:test'
import { acquire, admitMs, counterOf, holdings, sizesOf, type WithStore } from './store-bench.ts'

/** Taking leases. */
export function describeAcquire(withStore: WithStore): void {
  describe('acquire', () => {
    describeGrants(withStore)
    describeRefusals(withStore)
  })
  describe('windows', () => describeWindows(withStore))
}

function describeGrants(withStore: WithStore): void {
  withStore('grants on every counter or on none', async ({ store, rows }) => {
    const [rich, poor] = [counterOf('rich', 1000n), counterOf('poor', 10n)]
    const both = (need: number, ids: string) => [
      { leaseId: `${ids}-1`, counter: poor, need },
      { leaseId: `${ids}-2`, counter: rich, need },
    ]
    const refused = await acquire(store, both(11, 'a'))
    expect(refused).toMatchObject({ outcome: 'short', shortage: { counterKey: poor.key, least: 11 } })
    expect(await holdings(rows, rich.key)).toEqual({ settled: 0n, outstanding: 0n })
    expect(sizesOf(await acquire(store, both(10, 'b')))).toEqual([10, 10])
    expect(await holdings(rows, rich.key)).toEqual({ settled: 0n, outstanding: 10n })
  })

  withStore('answers the same when it is asked again', async ({ store, rows, pass }) => {
    const counter = counterOf('a', 100n)
    const ask = [{ leaseId: 'once', counter, need: 10 }]
    const first = await acquire(store, ask)
    pass(1000)
    const second = await acquire(store, ask)
    expect(sizesOf(second)).toEqual(sizesOf(first))
    // Its time has run on meanwhile.
    expect(second.outcome === 'granted' && second.leases[0]?.admitMs).toBeLessThanOrEqual(admitMs - 1000)
    expect(await holdings(rows, counter.key)).toEqual({ settled: 0n, outstanding: 10n })
  })

  withStore('grants more than needed only while plenty is left, and less only as told', async ({ store }) => {
    const counter = counterOf('a', 1000n)
    const ask = (leaseId: string, need: number, want: number, least = need) =>
      acquire(store, [{ leaseId, counter, need, want, least }], { replicas: 5 })
    expect(sizesOf(await ask('wish', 1, 50))).toEqual([50])
    const coarse = { leaseId: 'coarse', counter, need: 1, want: 900, unit: 95 }
    expect(sizesOf(await acquire(store, [coarse], { replicas: 5 }))).toEqual([1])
    expect(sizesOf(await ask('share', 1, 900))).toEqual([94])
    expect(sizesOf(await ask('need', 800, 900))).toEqual([800])
    expect(sizesOf(await ask('rest', 100, 100, 20))).toEqual([55])
    expect((await ask('none', 1, 1)).outcome).toBe('short')
    expect(sizesOf(await ask('nothing', 0, 10, 0))).toEqual([0])
  })

  withStore('says how much is spent, held and when it starts anew', async ({ store }) => {
    const counter = counterOf('a', 10n, { key: 'key:a/usd/day/*', per: 'day' })
    await acquire(store, [{ leaseId: 'one', counter, need: 8 }])
    const refused = await acquire(store, [{ leaseId: 'two', counter, need: 3 }])
    const state = refused.outcome === 'short' ? refused.shortage.state : undefined
    expect(state).toMatchObject({ limit: 10n, settled: 0n, outstanding: 8n })
    expect(state?.resetsInMs).toBeGreaterThan(0)
    expect(state?.resetsInMs).toBeLessThanOrEqual(86_400_000)
  })
}

function describeRefusals(withStore: WithStore): void {
  withStore('keeps the limit of the newest configuration', async ({ store }) => {
    const at = (epoch: number, limit: bigint) => counterOf('a', limit, { epoch })
    sizesOf(await acquire(store, [{ leaseId: 'old', counter: at(1, 100n), need: 10 }]))
    expect((await acquire(store, [{ leaseId: 'new', counter: at(3, 20n), need: 11 }])).outcome).toBe('short')
    expect((await acquire(store, [{ leaseId: 'late', counter: at(2, 1000n), need: 11 }])).outcome).toBe('short')
    sizesOf(await acquire(store, [{ leaseId: 'raised', counter: at(4, 30n), need: 11 }]))
  })

  withStore('refuses what an earlier start of the replica asks', async ({ store }) => {
    const counter = counterOf('a', 100n)
    const ask = (leaseId: string, fence: number) => acquire(store, [{ leaseId, counter, need: 1 }], { fence })
    sizesOf(await ask('first', 2))
    expect((await ask('late', 1)).outcome).toBe('fenced')
    sizesOf(await ask('next', 3))
  })

  withStore('refuses a lease that was released before it was granted', async ({ store, rows }) => {
    const counter = counterOf('a', 100n)
    await store.release([{ leaseId: 'gone', counterKey: counter.key, windowStartMs: 0, spent: 0, returned: 0 }])
    expect((await acquire(store, [{ leaseId: 'gone', counter, need: 1 }])).outcome).toBe('closed')
    expect(await holdings(rows, counter.key)).toEqual({ settled: 0n, outstanding: 0n })
  })

  withStore('books reports even when it refuses', async ({ store, rows }) => {
    const counter = counterOf('a', 10n)
    await acquire(store, [{ leaseId: 'one', counter, need: 10 }])
    const reports = [{ leaseId: 'one', counterKey: counter.key, windowStartMs: 0, spent: 4, returned: 3 }]
    expect((await acquire(store, [{ leaseId: 'two', counter, need: 4 }], { reports })).outcome).toBe('short')
    expect(await holdings(rows, counter.key)).toEqual({ settled: 4n, outstanding: 3n })
    sizesOf(await acquire(store, [{ leaseId: 'three', counter, need: 3 }]))
  })

  withStore('grants what only tells without end', async ({ store }) => {
    const counter = counterOf('a', undefined)
    expect(sizesOf(await acquire(store, [{ leaseId: 'one', counter, need: 1_000_000 }]))).toEqual([1_000_000])
  })
}

function describeWindows(withStore: WithStore): void {
  withStore('start anew, and their leases do not outlive them', async ({ store, pass, now }) => {
    const counter = counterOf('a', 10n, { key: 'key:a/usd/minute/*', per: 'minute' })
    pass(60_000 - ((await now()) % 60_000) + 55_000)
    const granted = await acquire(store, [{ leaseId: 'one', counter, need: 10 }])
    expect(granted.outcome === 'granted' && granted.leases[0]?.admitMs).toBeLessThanOrEqual(5000)
    expect((await acquire(store, [{ leaseId: 'two', counter, need: 1 }])).outcome).toBe('short')
    pass(5000)
    sizesOf(await acquire(store, [{ leaseId: 'three', counter, need: 10 }]))
  })

  withStore('that are entered again, by a clock set back, are as full as they were', async ({ store, pass }) => {
    const counter = counterOf('a', 10n, { key: 'key:a/usd/day/*', per: 'day' })
    const ask = (leaseId: string, need: number) => acquire(store, [{ leaseId, counter, need }])
    sizesOf(await ask('today', 10))
    pass(86_400_000)
    sizesOf(await ask('tomorrow', 4))
    pass(-86_400_000)
    expect((await ask('today again', 1)).outcome).toBe('short')
    pass(86_400_000)
    expect((await ask('too much', 7)).outcome).toBe('short')
    sizesOf(await ask('the rest', 6))
  })

  withStore('that roll count until all of a slice is past', async ({ store, pass }) => {
    const rollingMs = 600_000
    const counter = counterOf('a', 10n, { key: 'key:a/usd/rolling-600000/*', per: { rollingMs } })
    sizesOf(await acquire(store, [{ leaseId: 'one', counter, need: 10 }]))
    pass(rollingMs - 1)
    expect((await acquire(store, [{ leaseId: 'two', counter, need: 1 }])).outcome).toBe('short')
    // The lease may admit for ten seconds, and counts in slices of ten.
    pass(admitMs + rollingMs / 60 + 1)
    sizesOf(await acquire(store, [{ leaseId: 'three', counter, need: 10 }]))
  })
}
