import { afterAll, beforeAll, describe, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeStores } from '@sluice/testkit/stores/describe-stores.ts'
import { findPostgres, startPostgres, type TestPostgres } from '@sluice/testkit/stores/start-postgres.ts'
import { sql } from 'kysely'
import { createSqlRows } from './create-sql-rows.ts'
import type { LedgerDatabase } from './ledger-database.ts'
import { type LedgerOpened, openPostgresLedger, openSqliteLedger } from './open-ledger.ts'
import { type LedgerClock, readClock } from './transact-ledger.ts'

function openedOr(opened: LedgerOpened): LedgerDatabase {
  if (!opened.ok) throw new Error(opened.message)
  return opened.ledger
}

/** The database's clock, moved. */
function movedClock(addedMs: () => number): LedgerClock {
  return async (transaction, differences) => (await readClock(transaction, differences)) + addedMs()
}

describeStores('budgets on SQLite', async (addedMs) => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-ledger-'))
  const ledger = openedOr(await openSqliteLedger(join(directory, 'data')))
  return {
    rows: createSqlRows(ledger, movedClock(addedMs)),
    async close() {
      await ledger.db.destroy()
      rmSync(directory, { recursive: true })
    },
  }
})

const folder = findPostgres()
if (folder === undefined) test.skip('budgets on PostgreSQL: not installed here', () => undefined)
else
  describe('on a server of its own', () => {
    let server: TestPostgres | undefined
    let ledger: LedgerDatabase | undefined
    beforeAll(async () => {
      server = await startPostgres(folder)
      ledger = openedOr(await openPostgresLedger(server))
    }, 60_000)
    afterAll(async () => {
      await ledger?.db.destroy()
      await server?.stop()
    }, 60_000)

    describeStores('budgets on PostgreSQL', async (addedMs) => {
      if (!ledger) throw new Error('PostgreSQL did not start')
      const { db } = ledger
      await sql`truncate budget_fence, budget_counter, budget_window, budget_lease, budget_burn, ledger_line`.execute(
        db,
      )
      return { rows: createSqlRows(ledger, movedClock(addedMs)), close: () => Promise.resolve() }
    })
  })
