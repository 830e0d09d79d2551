import { boundAttempt } from '@sluice/core/budgets/bound.ts'
import { type BudgetBook, openBudgets } from '@sluice/core/budgets/budget-book.ts'
import { createBudgetStore } from '@sluice/core/budgets/create-store.ts'
import type { CounterLimit } from '@sluice/core/budgets/limit.ts'
import { MemoryRows } from '@sluice/core/budgets/memory-rows.ts'
import { type BudgetPorts, defaultBudgetSettings } from '@sluice/core/budgets/ports.ts'
import type { Ending } from '@sluice/core/budgets/settle.ts'

/**
 * What does it cost to reserve an attempt on 0, 1, 4 and 8 counters, and to settle it? Once with what every attempt pays
 * (the leases and the ledger's line), once with money, whose log entries are written too; the disk takes them for nothing.
 *
 *   bun bench/budgets.ts [ROUNDS]
 */
const rounds = Number(process.argv[2] ?? 7)
const attemptsPerRound = 50_000

const quote = {
  version: 'bench',
  boundNanos: (input: number, output: number) => input * 150 + output * 600,
  settledNanos: ({ input = 0, output = 0 }) => input * 150 + output * 600,
}
const bound = boundAttempt({ quote, inputTokens: 1000, maxOutputTokens: 500 })
const ending: Ending = {
  how: 'complete',
  reported: { input: 900, output: 64, cacheRead: undefined, cacheWrite: undefined, reasoning: undefined },
  counted: { outputTokens: 64, leastOutputTokens: 16 },
}

for (const isMoney of [false, true]) {
  for (const count of [0, 1, 4, 8]) {
    if (isMoney && count === 0) continue
    const times: number[] = []
    for (let round = 0; round <= rounds; round++) times.push(await measure(count, isMoney))
    // The first round warms up.
    const [median = 0] = times
      .slice(1)
      .sort((a, b) => a - b)
      .slice(Math.floor(rounds / 2))
    const what = isMoney ? 'with money' : 'requests, tokens'
    process.stdout.write(
      `${String(count).padStart(2)} counters, ${what.padEnd(17)} ${median.toFixed(2).padStart(6)} us\n`,
    )
  }
}

/** Microseconds for one attempt, reserved and settled. */
async function measure(count: number, isMoney: boolean): Promise<number> {
  const book = await openBook()
  const account = book.accountFor(countersOf(count, isMoney))
  const first = await book.reserve(account, { requestId: 'first', attempt: 1 }, bound)
  if (!first.ok) throw new Error(first.failure.message)
  first.reservation.finish(ending)
  const ids = Array.from({ length: attemptsPerRound }, (_, index) => ({ requestId: `request-${index}`, attempt: 1 }))
  const startedMs = performance.now()
  for (const [index, id] of ids.entries()) {
    const reservation = book.reserveNow(account, id, bound)
    if (!reservation) throw new Error(`Attempt ${index} did not fit the lease.`)
    reservation.finish(ending)
  }
  return ((performance.now() - startedMs) * 1000) / attemptsPerRound
}

function countersOf(count: number, isMoney: boolean): readonly CounterLimit[] {
  return Array.from({ length: count }, (_, index): CounterLimit => {
    const meter = isMoney && index % 2 === 0 ? 'usd' : index % 4 < 2 ? 'requests' : 'tokens'
    return {
      key: `key:${index}/${meter}/lifetime/*`,
      scope: { kind: 'key', id: String(index) },
      meter,
      per: 'lifetime',
      timeZone: 'UTC',
      limit: 10n ** 15n,
      soft: [],
      epoch: 1,
    }
  })
}

/** A replica whose first leases last for the whole round. */
async function openBook(): Promise<BudgetBook> {
  const rows = new MemoryRows(() => Date.now())
  const store = createBudgetStore(rows, defaultBudgetSettings.settleMs)
  let ids = 0
  const ports: BudgetPorts = {
    store: {
      ...store,
      acquire: (ask) => store.acquire({ ...ask, items: ask.items.map((item) => ({ ...item, want: 10 ** 13 })) }),
    },
    peers: { recall: () => Promise.resolve() },
    disk: {
      read: () => Promise.resolve(new Uint8Array()),
      append: () => Promise.resolve(true),
      replace: () => Promise.resolve(true),
    },
    ledger: { put: () => Promise.resolve(true) },
    nowMs: () => performance.now(),
    after: (delayMs, act) => {
      const timer = setTimeout(act, delayMs)
      return () => clearTimeout(timer)
    },
    newId: (prefix) => `${prefix}${ids++}`,
    replicas: () => 1,
    tell: () => undefined,
  }
  const book = await openBudgets(ports, { ...defaultBudgetSettings, admitMs: 600_000, waitingLines: 10 ** 9 })
  if (!book) throw new Error('The log could not be read.')
  return book
}
