import { Database } from 'bun:sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BudgetRows } from '@sluice/core/budgets/store-rows.ts'
import { findPostgres, startPostgres, type TestPostgres } from '@sluice/testkit/stores/start-postgres.ts'
import { holdings, noWrites, readRows, writeRows } from '@sluice/testkit/stores/store-bench.ts'
import { sql } from 'kysely'
import { createSqlRows } from './create-sql-rows.ts'
import { type LedgerDatabase, patientWaits } from './ledger-database.ts'
import { connectPostgres, connectSqlite } from './open-ledger.ts'
import { openLedgerAt } from './testing.ts'

const window = { counterKey: 'key:a/usd/day/*', startMs: 0, settled: 5n, outstanding: 7n }
const kept = { settled: 5n, outstanding: 7n }

describe('SQLite', () => {
  let directory = ''
  let dataDir = ''
  let ledger: LedgerDatabase
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-ledger-'))
    dataDir = join(directory, 'data')
    await (await openLedgerAt({ dataDir })).db.destroy()
    const connected = connectSqlite(dataDir, { ...patientWaits, turnMs: 300 })
    if (!connected.ok) throw new Error(connected.message)
    ledger = connected.ledger
  })
  afterEach(async () => {
    await ledger.db.destroy()
    rmSync(directory, { recursive: true })
  })

  test('that another process has for itself is waited for, and no longer than allowed', async () => {
    const rows = createSqlRows(ledger)
    const other = new Database(join(dataDir, 'ledger.db'))
    other.run('begin immediate')
    const waiting = [writing(rows), writing(rows), writing(rows)]
    // The process goes on meanwhile.
    await Bun.sleep(1)
    expect((await Promise.all(waiting)).map(({ ok }) => ok)).toEqual([false, false, false])
    const last = writing(rows)
    other.run('commit')
    expect(await last).toMatchObject({ ok: true })
    other.close()
  })

  test('that is full says so, keeps what it has and goes on once there is room', async () => {
    const rows = createSqlRows(ledger)
    await writeRows(rows, { windows: [window] })
    await sql`pragma max_page_count = 1`.execute(ledger.db)
    const many = Array.from({ length: 500 }, (_, index) => ({ ...window, startMs: index + 1 }))
    const write = () => rows.transact(nothingWanted, () => ({ reply: 0, writes: { ...noWrites, windows: many } }))
    expect(await write()).toMatchObject({ ok: false, why: expect.stringContaining('full') })
    expect(await holdings(rows, window.counterKey)).toEqual(kept)
    await sql`pragma max_page_count = 1000000`.execute(ledger.db)
    expect(await write()).toMatchObject({ ok: true })
  })

  test('that is damaged says so', async () => {
    const rows = createSqlRows(ledger)
    await writeRows(rows, { windows: [window] })
    await sql`update budget_window set start_ms = 9223372036854775807`.execute(ledger.db)
    const read = readRows(rows, { leaseIds: [], counters: [{ key: window.counterKey, sinceMs: 0 }] })
    await expect(read).rejects.toThrow('2^53')
  })
})

const folder = findPostgres()
if (folder === undefined) test.skip('faults of PostgreSQL: not installed here', () => undefined)
else
  describe('PostgreSQL', () => {
    let server: TestPostgres
    let ledger: LedgerDatabase
    beforeAll(async () => {
      server = await startPostgres(folder)
      await (await openLedgerAt(server)).db.destroy()
      ledger = connectPostgres(server, { ...patientWaits, silenceMs: 500 })
    }, 60_000)
    afterAll(async () => {
      await ledger.db.destroy()
      await server.stop()
    }, 60_000)

    test('that ends is told of; once it is back everything is there', async () => {
      const rows = createSqlRows(ledger)
      await writeRows(rows, { windows: [window] })
      await server.crash()
      expect((await writing(rows)).ok).toBe(false)
      await server.start()
      expect(await holdings(rows, window.counterKey)).toEqual(kept)
    }, 60_000)

    test('that falls silent is left after a while', async () => {
      const rows = createSqlRows(ledger)
      let pid = 0
      const asked = ledger.db.connection().execute(async (db) => {
        const { rows: found } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
        pid = found[0]?.pid ?? 0
        process.kill(pid, 'SIGSTOP')
        await sql`select 1`.execute(db)
      })
      try {
        await expect(asked).rejects.toThrow()
        expect((await writing(rows)).ok).toBe(true)
      } finally {
        process.kill(pid, 'SIGCONT')
      }
    })

    test('that leaves a transaction waiting is left by it after a while', async () => {
      const blocker = connectPostgres(server)
      const impatient = createSqlRows(ledger)
      await blocker.db.transaction().execute(async (db) => {
        await sql`lock table budget_window in access exclusive mode`.execute(db)
        expect((await writing(impatient)).ok).toBe(false)
      })
      expect((await writing(impatient)).ok).toBe(true)
      await blocker.db.destroy()
    })
  })

const nothingWanted = () => ({ leaseIds: [], counters: [] })

function writing(rows: BudgetRows) {
  return rows.transact(nothingWanted, () => ({ reply: 0, writes: { ...noWrites, windows: [window] } }))
}
