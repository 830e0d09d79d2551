import { describe, expect } from 'bun:test'
import type { LeaseReport } from '@sluice/core/budgets/store.ts'
import fc from 'fast-check'
import { acquire, admitMs, answerOf, counterOf, holdings, settleMs, sizesOf, type WithStore } from './store-bench.ts'

const counter = counterOf('a', 100n)
const report = (spent: number, returned = 0, leaseId = 'one'): LeaseReport => {
  return { leaseId, counterKey: counter.key, windowStartMs: 0, spent, returned }
}

/** Telling how far leases are spent, and closing them. */
export function describeReports(withStore: WithStore): void {
  describe('report', () => describeProgress(withStore))
  describe('release', () => describeRelease(withStore))
  describe('reap', () => describeReap(withStore))
}

function describeProgress(withStore: WithStore): void {
  withStore('counts each lease once, in whatever order and however often it is heard', async ({ store, rows }) => {
    let leases = 0
    const steps = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(steps, fc.infiniteStream(fc.nat(9)), async (growth, order) => {
        const leaseId = `lease-${leases++}`
        const own = counterOf(leaseId, 100n)
        sizesOf(await acquire(store, [{ leaseId, counter: own, need: 50 }]))
        let [spent, returned] = [0, 0]
        const reports = growth.map(([more, back]): LeaseReport => {
          spent += more
          returned += back
          return { leaseId, counterKey: own.key, windowStartMs: 0, spent, returned }
        })
        const heard = [...reports, ...reports].sort(() => (order.next().value ?? 0) - 4.5)
        for (const each of heard) await store.report([each])
        expect(await holdings(rows, own.key)).toEqual({
          settled: BigInt(spent),
          outstanding: BigInt(50 - spent - returned),
        })
      }),
      { numRuns: 20 },
    )
  })

  withStore('tells what it knows of the lease', async ({ store }) => {
    await acquire(store, [{ leaseId: 'one', counter, need: 10 }])
    expect(answerOf(await store.report([report(4), report(1, 0, 'nobody')]))).toEqual([
      { leaseId: 'one', state: 'open', settled: 4n },
      { leaseId: 'nobody', state: 'unknown', settled: 4n },
    ])
  })

  withStore('books the truth where more was spent than granted', async ({ store, rows }) => {
    await acquire(store, [{ leaseId: 'one', counter, need: 10 }])
    await store.report([report(15)])
    expect(await holdings(rows, counter.key)).toEqual({ settled: 15n, outstanding: 0n })
    await store.release([report(15)])
    expect(await holdings(rows, counter.key)).toEqual({ settled: 15n, outstanding: 0n })
  })
}

function describeRelease(withStore: WithStore): void {
  withStore('gives back what was not spent, once', async ({ store, rows }) => {
    await acquire(store, [{ leaseId: 'one', counter, need: 10 }])
    await store.report([report(3, 2)])
    for (const _again of [1, 2]) await store.release([report(4, 6)])
    await store.report([report(9)])
    expect(await holdings(rows, counter.key)).toEqual({ settled: 4n, outstanding: 0n })
  })

  withStore('books what a lost lease had spent', async ({ store, rows }) => {
    for (const _again of [1, 2]) await store.release([report(7, 0, 'lost')])
    expect(await holdings(rows, counter.key)).toEqual({ settled: 7n, outstanding: 0n })
  })
}

function describeReap(withStore: WithStore): void {
  withStore('burns what was never reported, and only when its time is over', async ({ store, rows, pass }) => {
    await acquire(store, [{ leaseId: 'one', counter, need: 10 }])
    await store.report([report(3, 2)])
    pass(settleMs - 1000)
    await store.reap()
    expect(await holdings(rows, counter.key)).toEqual({ settled: 3n, outstanding: 5n })
    pass(admitMs + 2000)
    expect(answerOf(await store.reap())).toEqual({ reaped: 1, hasMore: false })
    expect(await holdings(rows, counter.key)).toEqual({ settled: 8n, outstanding: 0n })
    expect(answerOf(await store.report([report(4)]))[0]?.state).toBe('reaped')
    expect(await holdings(rows, counter.key)).toEqual({ settled: 8n, outstanding: 0n })
  })

  withStore('is made good by the owner who comes back', async ({ store, rows, pass }) => {
    await acquire(store, [{ leaseId: 'one', counter, need: 10 }])
    pass(settleMs + admitMs + 1000)
    await store.reap()
    for (const _again of [1, 2]) await store.release([report(6)])
    expect(await holdings(rows, counter.key)).toEqual({ settled: 6n, outstanding: 0n })
  })

  withStore('waits for who still reports', async ({ store, rows, pass }) => {
    await acquire(store, [{ leaseId: 'one', counter, need: 10 }])
    pass(settleMs)
    await store.report([report(1)])
    pass(settleMs - 1000)
    await store.reap()
    expect(await holdings(rows, counter.key)).toEqual({ settled: 1n, outstanding: 9n })
  })

  withStore('gives back what was in flight: that has ended with its process', async ({ store, rows, pass }) => {
    const level = counterOf('a', 5n, { key: 'key:a/concurrency/lifetime/*', meter: 'concurrency' })
    await acquire(store, [{ leaseId: 'one', counter: level, need: 5 }])
    pass(settleMs + admitMs + 1000)
    await store.reap()
    expect(await holdings(rows, level.key)).toEqual({ settled: 0n, outstanding: 0n })
  })

  withStore('takes many in turns', async ({ store, pass }) => {
    const many = counterOf('many', 1000n)
    for (let index = 0; index < 101; index++) await acquire(store, [{ leaseId: `l${index}`, counter: many, need: 1 }])
    pass(settleMs + admitMs + 1000)
    expect(answerOf(await store.reap())).toEqual({ reaped: 100, hasMore: true })
    expect(answerOf(await store.reap())).toEqual({ reaped: 1, hasMore: false })
  })
}
