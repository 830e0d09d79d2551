import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openLedgerAt } from './testing.ts'

/** Takes leases of 3 and reports 2 of each, and tells at its end which reports were acknowledged and what failed. */
const spendOnBadDisk = `
import { createBudgetStore } from '@sluice/core/budgets/create-store.ts'
import { askFor, counterOf } from '@sluice/testkit/stores/store-bench.ts'
import { createSqlRows } from './create-sql-rows.ts'
import { connectSqlite } from './open-ledger.ts'
const { ledger } = connectSqlite(process.env.LEDGER_DIR)
const store = createBudgetStore(createSqlRows(ledger), 60000)
const counter = counterOf('k', 100000n)
const told = { spent: [], failures: [] }
for (let index = 0; index < 80; index++) {
  const leaseId = 'lease-' + index
  const taken = await store.acquire(askFor([{ leaseId, counter, need: 3 }]))
  if (!taken.ok) { told.failures.push(taken.why); continue }
  const reported = await store.report([{ leaseId, counterKey: counter.key, windowStartMs: 0, spent: 2, returned: 0 }])
  if (reported.ok) told.spent.push(leaseId)
  else told.failures.push(reported.why)
}
process.stdout.write(JSON.stringify(told))
process.kill(process.pid, 'SIGKILL')
`

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-ledger-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('SQLite on a disk', () => {
  const canInject = canTrace()
  if (!canInject) process.stderr.write('strace is not to be had here: tests on failing disks are skipped.\n')

  test.skipIf(!canInject).each([
    ['whose syncs fail at times', 'fdatasync,fsync:error=EIO:when=5+7'],
    ['that is full at times', 'pwrite64:error=ENOSPC:when=30+23'],
    ['that fails at times', 'pwrite64:error=EIO:when=30+19'],
  ])(
    '%s loses nothing that was acknowledged',
    async (_what, fault) => {
      const dataDir = join(directory, 'data')
      await (await openLedgerAt({ dataDir })).db.destroy()
      const told = await runWith(fault, dataDir)
      expect(told.failures.length).toBeGreaterThan(0)
      expect(told.spent.length).toBeGreaterThan(0)

      const { db } = await openLedgerAt({ dataDir })
      const leases = await db.selectFrom('budget_lease').selectAll().execute()
      const spent = new Map(leases.map((lease) => [lease.id, Number(lease.spent)]))
      expect(told.spent.filter((id) => spent.get(id) !== 2)).toEqual([])
      const windows = await db.selectFrom('budget_window').selectAll().execute()
      const sum = (pick: (lease: (typeof leases)[number]) => number): bigint =>
        BigInt(leases.reduce((total, lease) => total + pick(lease), 0))
      expect(windows.map(({ settled, outstanding }) => [settled, outstanding])).toEqual([
        [sum((lease) => Number(lease.spent)), sum((lease) => Number(lease.granted) - Number(lease.spent))],
      ])
      expect((await sql`pragma integrity_check`.execute(db)).rows).toEqual([{ integrity_check: 'ok' }])
      await db.destroy()
    },
    120_000,
  )
})

/** Whether system calls can be made to fail here: strace must be there and allowed. */
function canTrace(): boolean {
  const strace = Bun.which('strace')
  return strace !== null && Bun.spawnSync([strace, '-o', '/dev/null', 'true']).exitCode === 0
}

async function runWith(fault: string, dataDir: string) {
  const calls = fault.slice(0, fault.indexOf(':'))
  const trace = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${fault}`]
  const running = Bun.spawn([...trace, process.execPath, '-e', spendOnBadDisk], {
    cwd: import.meta.dir,
    env: { ...process.env, LEDGER_DIR: dataDir },
    stdout: 'pipe',
    stderr: 'inherit',
  })
  return JSON.parse(await new Response(running.stdout).text()) as {
    readonly spent: readonly string[]
    readonly failures: readonly string[]
  }
}
