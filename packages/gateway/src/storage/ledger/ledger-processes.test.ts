import { describe, expect, test } from 'bun:test'
import { createBudgetStore } from '@sluice/core/budgets/create-store.ts'
import type { BudgetStore } from '@sluice/core/budgets/store.ts'
import { answerOf, counterOf, holdings, readRows } from '@sluice/testkit/stores/store-bench.ts'
import { sql } from 'kysely'
import { createSqlRows } from './create-sql-rows.ts'
import { type LedgerBench, onEachDatabase, openLedgerAt } from './testing.ts'
import { readClock } from './transact-ledger.ts'

/** Processes that are killed, for each database: as told, or `STORE_KILLS`. */
const kills = Number(process.env['STORE_KILLS'] ?? 10)
/** Times that many ask at once, for each database: as told, or `STORE_REPEATS`. */
const repeats = Number(process.env['STORE_REPEATS'] ?? 1)

const settleMs = 60_000

/** What the scripts below begin with: a store of their own on the same database. */
const opening = `
import { createBudgetStore } from '@sluice/core/budgets/create-store.ts'
import { answerOf, askFor, counterOf } from '@sluice/testkit/stores/store-bench.ts'
import { createSqlRows } from './create-sql-rows.ts'
import { openLedgerAt } from './testing.ts'
const [place, name, limit, count] = JSON.parse(process.env.LEDGER_TASK)
const ledger = await openLedgerAt(place)
const store = createBudgetStore(createSqlRows(ledger), ${settleMs})
const counter = counterOf('k', BigInt(limit))
`

/** Asks for leases of 1, all at once; one that the store could not answer is asked for again, as the same lease. */
const askAtOnce = `${opening}
async function ask(index, tries) {
  const reply = await store.acquire(askFor([{ leaseId: name + index, counter, need: 1 }], { replica: name }))
  if (!reply.ok && tries > 0) return ask(index, tries - 1)
  return answerOf(reply).outcome
}
const outcomes = await Promise.all(Array.from({ length: count }, (_, index) => ask(index, 5)))
process.stdout.write(String(outcomes.filter((outcome) => outcome === 'granted').length))
await ledger.db.destroy()
`

/** Takes leases of 3 and reports 2 of them as spent, four at a time, telling each step once it is acknowledged. */
const spendWithoutEnd = `${opening}
async function spend(lane) {
  for (let index = 0; ; index++) {
    const leaseId = name + '-' + lane + '-' + index
    const reply = answerOf(await store.acquire(askFor([{ leaseId, counter, need: 3 }], { replica: name })))
    process.stdout.write(reply.outcome + ' ' + leaseId + '\\n')
    if (reply.outcome !== 'granted') continue
    answerOf(await store.report([{ leaseId, counterKey: counter.key, windowStartMs: 0, spent: 2, returned: 0 }]))
    process.stdout.write('reported ' + leaseId + '\\n')
  }
}
await Promise.all([0, 1, 2, 3].map(spend))
`

onEachDatabase((name, open) => {
  describe(`processes on ${name}`, () => {
    test(
      'that ask 1,000 times at once for k get exactly k',
      async () => {
        for (let round = 0; round < repeats; round++) {
          const k = 137 + round
          await withBench(open, async ({ ledger, place }) => {
            const processes = ['a', 'b', 'c', 'd'].map((each) => start(askAtOnce, [place, each, k, 250]))
            const granted = await Promise.all(
              processes.map(async ({ stdout }) => Number(await new Response(stdout).text())),
            )
            expect(granted.reduce((sum, each) => sum + each, 0)).toBe(k)
            expect(await holdings(createSqlRows(ledger), counterOf('k', 0n).key)).toEqual({
              settled: 0n,
              outstanding: BigInt(k),
            })
          })
        }
      },
      60_000 * repeats,
    )

    test(
      `that are killed leave a ledger that adds up, ${kills} times`,
      async () => {
        await withBench(open, async ({ place }) => {
          for (let kill = 0; kill < kills; kill++) {
            const acknowledged = await spendUntilKilled(place, `r${kill}`, 5 + Math.floor(Math.random() * 60))
            await expectSum(place, acknowledged)
          }
          await expectBurnt(place)
        })
      },
      20_000 * kills,
    )
  })
})

/** Is used up when about half of the processes are dead. */
const spendLimit = 30 * kills

/** Kills the process after it has told so many steps, and answers them. */
async function spendUntilKilled(place: LedgerBench['place'], name: string, steps: number): Promise<readonly string[]> {
  const running = start(spendWithoutEnd, [place, name, spendLimit, 0])
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of running.stdout) {
    text += decoder.decode(chunk, { stream: true })
    if (text.split('\n').length > steps) running.kill('SIGKILL')
  }
  await running.exited
  expect(running.signalCode).toBe('SIGKILL')
  return text.split('\n').slice(0, -1)
}

/** What was acknowledged is there, each counter is the sum of its leases, and the limit holds. */
async function expectSum(place: LedgerBench['place'], acknowledged: readonly string[]): Promise<void> {
  const ledger = await openLedgerAt(place)
  const leaseIds = acknowledged.flatMap((step) => (step.startsWith('short') ? [] : [step.split(' ')[1] ?? '']))
  const { leases } = await readRows(createSqlRows(ledger), { leaseIds: [...new Set(leaseIds)], counters: [] })
  const found = new Map(leases.map((lease) => [lease.id, lease]))
  for (const step of acknowledged) {
    const [what, id = ''] = step.split(' ')
    if (what === 'granted') expect(found.get(id)?.granted).toBe(3)
    if (what === 'reported') expect(found.get(id)?.spent).toBe(2)
  }
  // In one statement: what the dead had on its way may arrive at any moment.
  const { rows } = await sql<Readonly<Record<'settled' | 'outstanding' | 'spent' | 'held', bigint | number | string>>>`
    select settled, outstanding,
      (select cast(sum(spent) as bigint) from budget_lease) as spent,
      (select cast(sum(granted - spent) as bigint) from budget_lease) as held
    from budget_window`.execute(ledger.db)
  const [settled, outstanding] = [BigInt(rows[0]?.settled ?? -1), BigInt(rows[0]?.outstanding ?? -1)]
  expect([settled, outstanding]).toEqual([BigInt(rows[0]?.spent ?? -1), BigInt(rows[0]?.held ?? -1)])
  expect(settled + outstanding).toBeLessThanOrEqual(BigInt(spendLimit))
  await ledger.db.destroy()
}

/** Once their time is over, what the dead never reported is burnt, line by line, and nothing is left in flight. */
async function expectBurnt(place: LedgerBench['place']): Promise<void> {
  const ledger = await openLedgerAt(place)
  const rows = createSqlRows(ledger, async (...at) => (await readClock(...at)) + 10 * settleMs)
  await reapAll(createBudgetStore(rows, settleMs))
  const { settled, outstanding } = await holdings(rows, counterOf('k', 0n).key)
  const spent = await ledger.db.selectFrom('budget_lease').select('spent').execute()
  const burns = await ledger.db.selectFrom('budget_burn').select('amount').execute()
  const total = [...spent.map((row) => Number(row.spent)), ...burns.map((row) => Number(row.amount))]
  expect([settled, outstanding]).toEqual([BigInt(total.reduce((sum, each) => sum + each, 0)), 0n])
  expect(settled).toBeLessThanOrEqual(BigInt(spendLimit))
  expect(burns.length).toBeGreaterThan(0)
  await ledger.db.destroy()
}

async function reapAll(store: BudgetStore): Promise<void> {
  while (answerOf(await store.reap()).hasMore);
}

async function withBench(open: () => Promise<LedgerBench>, run: (bench: LedgerBench) => Promise<void>): Promise<void> {
  const bench = await open()
  try {
    await run(bench)
  } finally {
    await bench.close()
  }
}

function start(script: string, task: readonly unknown[]) {
  return Bun.spawn([process.execPath, '-e', script], {
    cwd: import.meta.dir,
    env: { ...process.env, LEDGER_TASK: JSON.stringify(task) },
    stdout: 'pipe',
    stderr: 'inherit',
  })
}
