import { describe, expect, test } from 'bun:test'
import { Account } from './account.ts'
import { Lease } from './lease.ts'
import { countersOf, type Limit, meterOfKey, type Scope } from './limit.ts'
import { placeOf, readPlace } from './place.ts'
import { Purse } from './purse.ts'
import { standingsOf } from './standing.ts'

const team: Scope = { kind: 'team', id: 'search' }
const key: Scope = { kind: 'key', id: 'a' }
const usd = (amount: bigint, other: Partial<Limit> = {}): Limit => ({ meter: 'usd', amount, per: 'month', ...other })

describe('counters', () => {
  test('are one for every scope, meter, period and group of models, in the order of their keys', () => {
    const large = { name: 'large', members: new Set(['opus']) }
    const limits = [usd(5n), usd(3n), usd(9n, { models: large }), usd(2n, { per: 'day' })]
    const counters = countersOf(
      [
        { scope: team, timeZone: 'UTC', limits },
        { scope: key, timeZone: 'UTC', limits: [usd(7n)] },
      ],
      'opus',
      4,
    )
    expect(counters.map((counter) => [counter.key, counter.limit])).toEqual([
      ['key:a/usd/month/*', 7n],
      ['team:search/usd/day/*', 2n],
      ['team:search/usd/month/*', 3n],
      ['team:search/usd/month/large', 9n],
    ])
    expect(counters.every((counter) => counter.epoch === 4)).toBe(true)
  })

  test('of other models are left out', () => {
    const limits = [usd(9n, { models: { name: 'large', members: new Set(['opus']) } })]
    expect(countersOf([{ scope: team, timeZone: 'UTC', limits }], 'haiku', 1)).toEqual([])
  })

  test('hold soft limits apart: alone they refuse nothing', () => {
    const soft = [usd(4n, { isSoft: true }), usd(2n, { isSoft: true })]
    const [alone] = countersOf([{ scope: team, timeZone: 'UTC', limits: soft }], 'm', 1)
    expect(alone).toMatchObject({ limit: undefined, soft: [2n, 4n] })
    const [both] = countersOf([{ scope: team, timeZone: 'UTC', limits: [...soft, usd(9n)] }], 'm', 1)
    expect(both).toMatchObject({ limit: 9n, soft: [2n, 4n] })
  })

  test("of one scope cannot be taken for another's, whatever its id", () => {
    const ids = ['a', 'a/usd/month/*', 'a%2Fusd', 'a:b', 'ü', '@5', '']
    const keys = ids.map(
      (id) => countersOf([{ scope: { kind: 'team', id }, timeZone: 'UTC', limits: [usd(1n)] }], 'm', 1)[0]?.key,
    )
    expect(new Set(keys).size).toBe(ids.length)
    for (const each of keys) {
      expect(meterOfKey(each ?? '')).toBe('usd')
      expect(readPlace(placeOf(each ?? '', 17))).toEqual({ counterKey: each, windowStartMs: 17 } as ReturnType<
        typeof readPlace
      >)
    }
  })

  test('of concurrency are one, whatever the period', () => {
    const limits: Limit[] = [
      { meter: 'concurrency', amount: 5n, per: 'minute' },
      { meter: 'concurrency', amount: 4n, per: 'day' },
    ]
    const counters = countersOf([{ scope: key, timeZone: 'UTC', limits }], 'm', 1)
    expect(counters.map((counter) => [counter.key, counter.limit])).toEqual([['key:a/concurrency/lifetime/*', 4n]])
  })
})

test('a standing adds what is at hand to what the store had left', () => {
  const [counter] = countersOf([{ scope: key, timeZone: 'UTC', limits: [usd(100n)] }], 'm', 1)
  const purse = new Purse(counter!)
  const account = new Account([purse])
  expect(standingsOf(account, 0)).toMatchObject([{ remaining: 100n, resetsInMs: undefined }])
  const lease = new Lease(counter!, { leaseId: 'l', granted: 30, windowStartMs: 0 }, { sentAtMs: 0, forMs: 1000 })
  purse.known = { state: { limit: 100n, settled: 40n, outstanding: 30n, resetsInMs: 5000 }, atMs: 0 }
  purse.install(lease, 0)
  lease.take(10)
  expect(standingsOf(account, 2000)).toMatchObject([{ limit: 100n, remaining: 50n, resetsInMs: 3000, period: 'month' }])
})
