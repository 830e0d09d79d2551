import { type Kysely, sql } from 'kysely'
import type { LedgerDatabase, LedgerTables } from './ledger-database.ts'
import { type LedgerMigration, ledgerMigrations, schemaWords } from './ledger-migrations.ts'

/** The schema stands where it was wanted, or was made by a newer program and is left untouched. */
export type LedgerMigrated =
  | { readonly ok: true; readonly from: number; readonly to: number }
  | { readonly ok: false; readonly message: string }

/** Any number that nobody else locks. */
const migrationLock = 7_315_529_318_412_607n

/**
 * Brings the ledger's schema forward or back to a version, all steps in one transaction under one lock: of processes that
 * start at once the second waits, and then finds it done. Going back drops what later versions kept.
 */
export async function migrateLedger(
  { db, differences }: LedgerDatabase,
  to?: number,
  migrations: readonly LedgerMigration[] = ledgerMigrations,
): Promise<LedgerMigrated> {
  const newest = migrations.at(-1)?.version ?? 0
  const wanted = to ?? newest
  const words = schemaWords(differences)
  return await db.transaction().execute(async (transaction): Promise<LedgerMigrated> => {
    if (differences.hasManyWriters) await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(transaction)
    const { integer, tableEnd } = words
    await run(
      transaction,
      `create table if not exists ledger_schema (version ${integer} primary key, name text not null, applied_at_ms ${integer} not null)${tableEnd}`,
    )
    const from = await readVersion(transaction)
    if (from > newest) return { ok: false, message: newerSchema(from, newest) }
    for (const step of migrations.filter(({ version }) => version > from && version <= wanted)) {
      for (const statement of step.forward(words)) await run(transaction, statement)
      const { version, name } = step
      await transaction.insertInto('ledger_schema').values({ version, name, applied_at_ms: Date.now() }).execute()
    }
    for (const step of migrations.filter(({ version }) => version <= from && version > wanted).reverse()) {
      for (const statement of step.back) await run(transaction, statement)
      await transaction.deleteFrom('ledger_schema').where('version', '=', step.version).execute()
    }
    return { ok: true, from, to: await readVersion(transaction) }
  })
}

async function readVersion(db: Kysely<LedgerTables>): Promise<number> {
  const row = await db
    .selectFrom('ledger_schema')
    .select(({ fn }) => fn.max('version').as('version'))
    .executeTakeFirst()
  return Number(row?.version ?? 0)
}

async function run(db: Kysely<LedgerTables>, statement: string): Promise<void> {
  await sql.raw(statement).execute(db)
}

function newerSchema(found: number, newest: number): string {
  return `The ledger was made by a newer Sluice (schema ${found}; this one knows ${newest}). Run that one, or use another database.`
}
