import { describe, expect, test } from 'bun:test'
import { boundAttempt } from './bound.ts'
import type { BudgetBook } from './budget-book.ts'
import { openBudgets } from './budget-book.ts'
import { createBudgetStore } from './create-store.ts'
import type { LedgerLine } from './ledger-line.ts'
import { countersOf, type Limit, type ScopeLimits } from './limit.ts'
import { MemoryRows } from './memory-rows.ts'
import type { BudgetNews, BudgetPorts } from './ports.ts'
import { defaultBudgetSettings } from './ports.ts'
import type { Quote } from './quote.ts'
import { type Ending, nothingCounted } from './settle.ts'

/** One nano-USD for a token in, two for one out. */
const quote: Quote = {
  version: 'test',
  boundNanos: (input, output) => input + 2 * output,
  settledNanos: ({ input = 0, output = 0 }) => input + 2 * output,
}

const used = (input: number, output: number): Ending => ({
  how: 'complete',
  reported: { input, output, cacheRead: undefined, cacheWrite: undefined, reasoning: undefined },
  counted: nothingCounted,
})

interface World {
  readonly books: readonly BudgetBook[]
  readonly rows: MemoryRows
  readonly lines: LedgerLine[]
  readonly isStoreDown: { now: boolean }
  readonly disk: { works: boolean }
  readonly news: BudgetNews[]
}

async function createWorld(replicas = 1): Promise<World> {
  const rows = new MemoryRows(() => 1000)
  const store = createBudgetStore(rows, defaultBudgetSettings.settleMs)
  const lines: LedgerLine[] = []
  const isStoreDown = { now: false }
  const disk = { works: true }
  const news: BudgetNews[] = []
  const books: BudgetBook[] = []
  let ids = 0
  for (let replica = 0; replica < replicas; replica++) {
    let file = new Uint8Array()
    const ports: BudgetPorts = {
      store: {
        ...store,
        acquire: (ask) => (isStoreDown.now ? Promise.resolve({ ok: false, why: 'down' }) : store.acquire(ask)),
      },
      peers: {
        recall: async (keys) => {
          for (const book of books) if (book !== books[replica]) await book.giveBack(keys)
        },
      },
      disk: {
        read: () => Promise.resolve(file),
        append: (bytes) => {
          file = Uint8Array.from([...file, ...bytes])
          return Promise.resolve(disk.works)
        },
        replace: (bytes) => {
          file = bytes.slice()
          return Promise.resolve(disk.works)
        },
      },
      ledger: {
        put: (some) => {
          lines.push(...some)
          return Promise.resolve(true)
        },
      },
      nowMs: () => 0,
      after: () => () => undefined,
      newId: (prefix) => `${prefix}${ids++}`,
      replicas: () => replicas,
      tell: (each) => news.push(each),
    }
    const book = await openBudgets(ports)
    if (book) books.push(book)
  }
  return { books, rows, lines, isStoreDown, disk, news }
}

const scopes = (...limits: Limit[]): readonly ScopeLimits[] => [
  { scope: { kind: 'key', id: 'k' }, timeZone: 'UTC', limits },
]
const dollars = (nanos: number): Limit => ({ meter: 'usd', amount: BigInt(nanos), per: 'month' })

const attempts = (count: number): readonly { requestId: string; attempt: number }[] =>
  Array.from({ length: count }, (_, index) => ({ requestId: `r${index}`, attempt: 1 }))

describe('a budget for exactly k', () => {
  test.each([1, 3])('admits exactly k of 200 calls at once, on %p replicas', async (replicas) => {
    const world = await createWorld(replicas)
    const counters = countersOf(scopes(dollars(37 * 30)), 'm', 1)
    const accounts = world.books.map((book) => book.accountFor(counters))
    const bound = boundAttempt({ quote, inputTokens: 10, maxOutputTokens: 10 })
    const results = await Promise.all(
      attempts(200).map((id, index) => {
        const book = world.books[index % replicas]!
        return book.reserve(accounts[index % replicas]!, id, bound)
      }),
    )
    const admitted = results.flatMap((result) => (result.ok ? [result.reservation] : []))
    expect(admitted.length).toBe(37)
    for (const reservation of admitted) {
      expect(await reservation.makeDurable()).toBe(true)
      reservation.finish(used(10, 10))
    }
    for (const book of world.books) await book.close()
    const [window] = [...world.rows.windows.get(counters[0]!.key)!.values()]
    expect(window).toMatchObject({ settled: 37n * 30n, outstanding: 0n })
    expect(world.lines.length).toBe(37)
  })
})

describe('a refusal', () => {
  test('says which limit, how much is spent and when it resets', async () => {
    const { books } = await createWorld()
    const account = books[0]!.accountFor(countersOf(scopes(dollars(100)), 'm', 1))
    const bound = boundAttempt({ quote, inputTokens: 10, maxOutputTokens: 40 })
    const first = await books[0]!.reserve(account, { requestId: 'a', attempt: 1 }, bound)
    const second = await books[0]!.reserve(account, { requestId: 'b', attempt: 1 }, bound)
    expect(second).toMatchObject({ ok: false, failure: { kind: 'rate-limited', code: 'budget_in_flight' } })
    if (first.ok) first.reservation.finish(used(10, 40))
    const third = await books[0]!.reserve(account, { requestId: 'c', attempt: 1 }, bound)
    expect(third).toMatchObject({ ok: false, failure: { kind: 'rate-limited' } })
  })

  test('is 503 with the store down, but not for what is prepaid', async () => {
    const { books, isStoreDown } = await createWorld()
    const account = books[0]!.accountFor(countersOf(scopes(dollars(1000)), 'm', 1))
    const bound = boundAttempt({ quote, inputTokens: 10, maxOutputTokens: 10 })
    const first = await books[0]!.reserve(account, { requestId: 'a', attempt: 1 }, bound)
    if (first.ok) first.reservation.finish(used(10, 0))
    isStoreDown.now = true
    const small = boundAttempt({ quote, inputTokens: 10, maxOutputTokens: 0 })
    expect(books[0]!.reserveNow(account, { requestId: 'b', attempt: 1 }, small)).toBeDefined()
    const large = await books[0]!.reserve(account, { requestId: 'c', attempt: 1 }, bound)
    expect(large).toMatchObject({ ok: false, failure: { code: 'budget_store_unavailable', kind: 'overloaded' } })
  })
})

test('a small budget shortens the answer', async () => {
  const { books } = await createWorld()
  const account = books[0]!.accountFor(countersOf(scopes(dollars(50)), 'm', 1))
  const bound = boundAttempt({ quote, inputTokens: 10, maxOutputTokens: 1000, leastOutputTokens: 5 })
  const reserved = await books[0]!.reserve(account, { requestId: 'a', attempt: 1 }, bound)
  expect(reserved.ok && reserved.reservation.maxOutputTokens).toBe(20)
})

describe('a disk that fails', () => {
  test('stops what costs money until the log has been written anew, and nothing else', async () => {
    const { books, disk } = await createWorld()
    const [book] = books
    if (!book) throw new Error('no book')
    const paid = book.accountFor(countersOf(scopes(dollars(1000)), 'm', 1))
    const free = book.accountFor(countersOf(scopes({ meter: 'requests', amount: 100n, per: 'lifetime' }), 'm', 1))
    const bound = boundAttempt({ quote, inputTokens: 10, maxOutputTokens: 10 })
    disk.works = false
    const first = await book.reserve(paid, { requestId: 'a', attempt: 1 }, bound)
    if (!first.ok) throw new Error(first.failure.message)
    expect(await first.reservation.makeDurable()).toBe(false)
    expect(first.reservation.finish({ how: 'not-sent' }).kind).toBe('voided')
    const refused = await book.reserve(paid, { requestId: 'b', attempt: 1 }, bound)
    expect(refused).toMatchObject({ ok: false, failure: { code: 'budget_log_unavailable', kind: 'overloaded' } })
    expect((await book.reserve(free, { requestId: 'c', attempt: 1 }, bound)).ok).toBe(true)
    disk.works = true
    await book.tick()
    expect((await book.reserve(paid, { requestId: 'd', attempt: 1 }, bound)).ok).toBe(true)
  })
})

test('a soft limit refuses nothing, counts everything, and tells when it is passed', async () => {
  const { books, rows, lines, news } = await createWorld()
  const [book] = books
  if (!book) throw new Error('no book')
  const counters = countersOf(scopes({ meter: 'usd', amount: 50n, per: 'lifetime', isSoft: true }), 'm', 1)
  const account = book.accountFor(counters)
  const bound = boundAttempt({ quote, inputTokens: 10, maxOutputTokens: 10 })
  for (let call = 0; call < 6; call++) {
    const reserved = await book.reserve(account, { requestId: `r${call}`, attempt: 1 }, bound)
    if (!reserved.ok) throw new Error(reserved.failure.message)
    if (call % 2 === 1) await book.tick()
    reserved.reservation.finish(used(10, 10))
  }
  await book.tick()
  await book.tick()
  const settled = [...rows.windows.get(counters[0]!.key)!.values()].map((row) => row.settled)
  expect(settled).toEqual([180n])
  expect(lines.length).toBe(6)
  expect(news).toContainEqual({
    kind: 'soft-limit',
    counterKey: counters[0]!.key,
    limit: 50n,
    settled: expect.any(BigInt),
  })
})
