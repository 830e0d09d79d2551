import { describe, expect } from 'bun:test'
import { boundAttempt } from '@sluice/core/budgets/bound.ts'
import { type BudgetBook, openBudgets } from '@sluice/core/budgets/budget-book.ts'
import { foldLedger, type LedgerLine } from '@sluice/core/budgets/ledger-line.ts'
import { placeOf } from '@sluice/core/budgets/place.ts'
import { type BudgetPorts, defaultBudgetSettings } from '@sluice/core/budgets/ports.ts'
import type { Quote } from '@sluice/core/budgets/quote.ts'
import type { Reservation } from '@sluice/core/budgets/reservation.ts'
import type { BudgetStore } from '@sluice/core/budgets/store.ts'
import { counterOf, holdings, type WithStore } from './store-bench.ts'

/** One nano-USD for each token. */
const quote: Quote = {
  version: 'one',
  boundNanos: (input, output) => input + output,
  settledNanos: ({ input = 0, output = 0 }) => input + output,
}

/** Many calls at once, on one replica and on several, against a budget for exactly so many. */
export function describeExactly(withStore: WithStore): void {
  describe('a budget for exactly k calls', () => {
    for (const replicas of [1, 3]) {
      withStore(`admits exactly k of 1,000 at once, on ${replicas} replicas`, async ({ store, rows }) => {
        const [k, cost] = [41, 30]
        const counter = counterOf('k', BigInt(k * cost + cost - 1))
        const lines: LedgerLine[] = []
        const books = await openReplicas(store, replicas, lines)
        const accounts = books.map((book) => book.accountFor([counter]))
        const bound = boundAttempt({ quote, inputTokens: 10, maxOutputTokens: 20 })
        const reserved = await Promise.all(
          Array.from({ length: 1000 }, async (_, index) => {
            const [book, account] = [books[index % replicas], accounts[index % replicas]]
            return account && book?.reserve(account, { requestId: `r${index}`, attempt: 1 }, bound)
          }),
        )
        const admitted = reserved.flatMap((each) => (each?.ok ? [each.reservation] : []))
        expect(admitted.length).toBe(k)
        await Promise.all(admitted.map(finishAll))
        for (const book of books) await book.close()
        expect(await holdings(rows, counter.key)).toEqual({ settled: BigInt(k * cost), outstanding: 0n })
        expect(foldLedger(lines).totals.get(placeOf(counter.key, 0))).toBe(BigInt(k * cost))
      })
    }
  })
}

async function finishAll(reservation: Reservation): Promise<void> {
  expect(await reservation.makeDurable()).toBe(true)
  const reported = { input: 10, output: 20, cacheRead: undefined, cacheWrite: undefined, reasoning: undefined }
  reservation.finish({ how: 'complete', reported, counted: { outputTokens: 20, leastOutputTokens: 20 } })
}

/** Replicas of one process: their logs are in memory, and a recall reaches the others at once. */
export async function openReplicas(
  store: BudgetStore,
  count: number,
  lines: LedgerLine[],
): Promise<readonly BudgetBook[]> {
  const books: BudgetBook[] = []
  for (let index = 0; index < count; index++) {
    const recall = async (keys: readonly string[]): Promise<void> => {
      await Promise.all(books.map((book, other) => (other === index ? undefined : book.giveBack(keys))))
    }
    const book = await openBudgets(portsOf(store, { index, count, lines, recall }), patientSettings)
    if (book) books.push(book)
  }
  return books
}

/** A database in a test may be slow; nobody is to be refused for that. */
const patientSettings = { ...defaultBudgetSettings, recallMs: 5000, storeMs: 20_000, patienceMs: 30_000 }

function portsOf(
  store: BudgetStore,
  replica: { index: number; count: number; lines: LedgerLine[]; recall(keys: readonly string[]): Promise<void> },
): BudgetPorts {
  let ids = 0
  return {
    store,
    peers: { recall: replica.recall },
    disk: {
      read: () => Promise.resolve(new Uint8Array()),
      append: () => Promise.resolve(true),
      replace: () => Promise.resolve(true),
    },
    ledger: {
      put: (some) => {
        replica.lines.push(...some)
        return Promise.resolve(true)
      },
    },
    nowMs: () => performance.now(),
    after: (delayMs, act) => {
      const timer = setTimeout(act, delayMs)
      return () => clearTimeout(timer)
    },
    newId: (prefix) => `${prefix}${replica.index}-${ids++}`,
    replicas: () => replica.count,
    tell: () => undefined,
  }
}
