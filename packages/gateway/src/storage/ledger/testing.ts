import { afterAll, beforeAll, describe, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPostgres, startPostgres, type TestPostgres } from '@sluice/testkit/stores/start-postgres.ts'
import { sql } from 'kysely'
import type { LedgerDatabase } from './ledger-database.ts'
import { type LedgerOpened, openPostgresLedger, openSqliteLedger, type PostgresPlace } from './open-ledger.ts'

/** Where a ledger can be opened, in this process and in others. */
export type LedgerPlace = { readonly dataDir: string } | PostgresPlace

/** An empty ledger on one kind of database. */
export interface LedgerBench {
  readonly ledger: LedgerDatabase
  readonly place: LedgerPlace
  close(): Promise<void>
}

/** Opens the ledger that is there. */
export async function openLedgerAt(place: LedgerPlace): Promise<LedgerDatabase> {
  return openedOr('dataDir' in place ? await openSqliteLedger(place.dataDir) : await openPostgresLedger(place))
}

/**
 * Declares tests for each kind of database. `declare` gets a function that makes an empty ledger; where PostgreSQL is not
 * installed, a test that is skipped says so.
 */
export function onEachDatabase(declare: (name: string, open: () => Promise<LedgerBench>) => void): void {
  declare('SQLite', openOnSqlite)
  const folder = findPostgres()
  if (folder === undefined) {
    test.skip('on PostgreSQL: not installed here', () => undefined)
    return
  }
  describe('on a server of its own', () => {
    let server: TestPostgres | undefined
    beforeAll(async () => {
      server = await startPostgres(folder)
    }, 60_000)
    afterAll(async () => {
      await server?.stop()
    }, 60_000)
    declare('PostgreSQL', async () => {
      if (!server) throw new Error('PostgreSQL did not start')
      return await openOnPostgres(server)
    })
  })
}

async function openOnSqlite(): Promise<LedgerBench> {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-ledger-'))
  const place = { dataDir: join(directory, 'data') }
  const ledger = await openLedgerAt(place)
  return {
    ledger,
    place,
    async close() {
      await ledger.db.destroy()
      rmSync(directory, { recursive: true })
    },
  }
}

async function openOnPostgres({ socketDir, username, database }: TestPostgres): Promise<LedgerBench> {
  const place = { socketDir, username, database }
  const ledger = await openLedgerAt(place)
  await sql`truncate budget_fence, budget_counter, budget_window, budget_lease, budget_burn, ledger_line`.execute(
    ledger.db,
  )
  return { ledger, place, close: () => ledger.db.destroy() }
}

function openedOr(opened: LedgerOpened): LedgerDatabase {
  if (!opened.ok) throw new Error(opened.message)
  return opened.ledger
}
