import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { chmodSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { LedgerLine } from '@sluice/core/budgets/ledger-line.ts'
import type { LeaseRow } from '@sluice/core/budgets/store-rows.ts'
import { writeRows } from '@sluice/testkit/stores/store-bench.ts'
import { sql } from 'kysely'
import { createSqlRows } from './create-sql-rows.ts'
import { createSqlSink, readLines } from './create-sql-sink.ts'
import { type LedgerMigration, ledgerMigrations } from './ledger-migrations.ts'
import { migrateLedger } from './migrate-ledger.ts'
import { pruneLedger } from './prune-ledger.ts'
import { type LedgerBench, onEachDatabase, openLedgerAt } from './testing.ts'
import { readClock, transactLedger } from './transact-ledger.ts'

onEachDatabase((name, open) => {
  describe(name, () => {
    let bench: LedgerBench
    beforeEach(async () => {
      bench = await open()
    })
    afterEach(async () => {
      await bench.close()
    })

    describe('migrations', () => {
      test('are numbered 1, 2, 3 ...', () => {
        expect(ledgerMigrations.map(({ version }) => version)).toEqual(ledgerMigrations.map((_, index) => index + 1))
      })

      test('go back to nothing and forward again', async () => {
        const newest = ledgerMigrations.length
        const { ledger } = bench
        expect(await migrateLedger(ledger, 0)).toEqual({ ok: true, from: newest, to: 0 })
        await expect(sql`select * from budget_lease`.execute(ledger.db)).rejects.toThrow()
        expect(await migrateLedger(ledger)).toEqual({ ok: true, from: 0, to: newest })
        expect((await sql`select * from budget_lease`.execute(ledger.db)).rows).toEqual([])
        expect(await migrateLedger(ledger)).toEqual({ ok: true, from: newest, to: newest })
      })

      test('that fail leave nothing of themselves', async () => {
        const { ledger } = bench
        const next = ledgerMigrations.length + 1
        const broken: LedgerMigration = {
          version: next,
          name: 'broken',
          forward: () => ['create table half (x integer)', 'create nonsense'],
          back: [],
        }
        await expect(migrateLedger(ledger, next, [...ledgerMigrations, broken])).rejects.toThrow()
        await expect(sql`select * from half`.execute(ledger.db)).rejects.toThrow()
        expect(await migrateLedger(ledger)).toMatchObject({ ok: true, to: next - 1 })
      })

      test('never touch the ledger of a newer program', async () => {
        expect(await migrateLedger(bench.ledger, undefined, [])).toMatchObject({
          ok: false,
          message: expect.stringContaining('newer'),
        })
        expect((await sql`select * from budget_lease`.execute(bench.ledger.db)).rows).toEqual([])
      })

      test('that several programs begin at once are done once', async () => {
        await migrateLedger(bench.ledger, 0)
        const others = await Promise.all([1, 2, 3, 4].map(() => openLedgerAt(bench.place)))
        const { rows } = await sql`select version from ledger_schema`.execute(bench.ledger.db)
        expect(rows.length).toBe(ledgerMigrations.length)
        for (const other of others) await other.db.destroy()
      })
    })

    test('what nobody will ask about any more is deleted, and nothing else', async () => {
      const rows = createSqlRows(bench.ledger)
      const windows = ['minute', 'day', 'lifetime'].flatMap((period) =>
        [0, 7n].map((outstanding, index) => {
          return { counterKey: `key:a/usd/${period}/*`, startMs: index, settled: 5n, outstanding: BigInt(outstanding) }
        }),
      )
      const leases = (['open', 'reaped', 'closed'] as const).map((state) => leaseOf(state))
      await writeRows(rows, { leases: [...leases, { ...leaseOf('closed'), id: 'late', settleUntilMs: 2e15 }], windows })
      const most = Array.from({ length: 1000 }, (_, index) => ({ ...leaseOf('closed'), id: `many-${index}` }))
      await writeRows(rows, { leases: most })
      expect(await pruneLedger(bench.ledger)).toEqual({ leases: 1000, windows: 1, hasMore: true })
      expect(await pruneLedger(bench.ledger)).toEqual({ leases: 1, windows: 0, hasMore: false })
      const kept = await bench.ledger.db.selectFrom('budget_lease').select('id').orderBy('id').execute()
      expect(kept.map(({ id }) => id)).toEqual(['late', 'open', 'reaped'])
      const starts = await bench.ledger.db.selectFrom('budget_window').select('start_ms').execute()
      expect(starts.length).toBe(windows.length - 1)
    })

    describe('lines', () => {
      test('are kept once, however often and from wherever they come', async () => {
        const other = await openLedgerAt(bench.place)
        const told: string[] = []
        const sinks = [bench.ledger, other].map((ledger) => createSqlSink(ledger, (why) => told.push(why)))
        const lines = Array.from({ length: 1500 }, (_, index) => lineOf(index))
        const puts = [lines, [...lines].reverse(), lines.slice(300, 900)]
        const done = await Promise.all(sinks.flatMap((sink) => puts.map((some) => sink.put(some))))
        expect([told, done.every((each) => each)]).toEqual([[], true])
        const kept: LedgerLine[] = []
        for await (const line of readLines(other)) kept.push(line)
        const byRequest = (a: LedgerLine, b: LedgerLine): number => (a.requestId < b.requestId ? -1 : 1)
        expect(kept.sort(byRequest)).toEqual(lines.sort(byRequest))
        await other.db.destroy()
      })

      test('that cannot be kept are told of', async () => {
        const told: string[] = []
        await migrateLedger(bench.ledger, 0)
        expect(await createSqlSink(bench.ledger, (why) => told.push(why)).put([lineOf(1)])).toBe(false)
        expect(told).toEqual([expect.stringContaining('ledger_line')])
        await migrateLedger(bench.ledger)
      })
    })

    if (name === 'PostgreSQL') describePostgres(() => bench)
    else describeSqlite(() => bench)
  })
})

function describePostgres(bench: () => LedgerBench): void {
  test('commits are on disk before they are acknowledged, whatever is usual', async () => {
    const { db } = bench().ledger
    const setting = sql<{ synchronous_commit: string }>`show synchronous_commit`
    await sql`alter database postgres set synchronous_commit = off`.execute(db)
    const other = await openLedgerAt(bench().place)
    expect((await setting.execute(other.db)).rows[0]?.synchronous_commit).toBe('off')
    const inside = await transactLedger(other, readClock, async (transaction) => await setting.execute(transaction))
    expect(inside.rows[0]?.synchronous_commit).toBe('on')
    await other.db.destroy()
    await sql`alter database postgres reset synchronous_commit`.execute(db)
  })
}

function describeSqlite(bench: () => LedgerBench): void {
  test('commits are on disk before they are acknowledged', async () => {
    const { db } = bench().ledger
    expect((await sql`pragma synchronous`.execute(db)).rows).toEqual([{ synchronous: 2n }])
    expect((await sql`pragma journal_mode`.execute(db)).rows).toEqual([{ journal_mode: 'wal' }])
  })

  test('its files belong to their owner alone', async () => {
    const dataDir = dataDirOf(bench().place)
    const modes = () =>
      ['', '-wal', '-shm'].map((end) => (statSync(join(dataDir, `ledger.db${end}`)).mode & 0o777).toString(8))
    expect(modes()).toEqual(['600', '600', '600'])
    chmodSync(join(dataDir, 'ledger.db'), 0o666)
    await (await openLedgerAt(bench().place)).db.destroy()
    expect(modes()).toEqual(['600', '600', '600'])
  })
}

function leaseOf(state: LeaseRow['state']): LeaseRow {
  const amounts = { granted: 3, spent: 3, returned: 0, burnt: 0 }
  const until = { admitUntilMs: 1, settleUntilMs: 1 }
  return {
    id: state,
    counterKey: 'key:a/usd/day/*',
    windowStartMs: 0,
    replica: 'a',
    fence: 1,
    ...amounts,
    ...until,
    state,
  }
}

function lineOf(index: number): LedgerLine {
  return {
    requestId: `request-${index % 700}`,
    attempt: Math.floor(index / 700) + 1,
    kind: 'settled',
    places: ['key:a/usd/day/*@1800000000000', 'team:"b"/usd/lifetime/*@0'],
    nanos: Number.MAX_SAFE_INTEGER - index,
    inputTokens: index,
    outputTokens: 2,
    requests: 1,
    priceVersion: 'one',
    ...(index % 2 === 0 && { cause: 'crash' as const }),
  }
}

function dataDirOf(place: LedgerBench['place']): string {
  if ('dataDir' in place) return place.dataDir
  throw new Error('not on SQLite')
}
