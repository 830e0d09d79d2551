import { Database } from 'bun:sqlite'
import { Kysely } from 'kysely'
import { prepareDatabaseFile, prepareDataDirectory } from '../data-directory.ts'
import { type LedgerDatabase, type LedgerWaits, patientWaits } from './ledger-database.ts'
import { migrateLedger } from './migrate-ledger.ts'
import { createPostgresDialect, postgresDifferences } from './postgres-ledger-dialect.ts'
import { createSqliteDialect, sqliteDifferences } from './sqlite-ledger-dialect.ts'

/** An open ledger with today's schema, to be closed by whoever asked; or why there is none, for the operator. */
export type LedgerOpened =
  | { readonly ok: true; readonly ledger: LedgerDatabase }
  | { readonly ok: false; readonly message: string }

/** Opens `ledger.db` in the data directory, making both when absent. */
export async function openSqliteLedger(dataDir: string, waits: LedgerWaits = patientWaits): Promise<LedgerOpened> {
  const connected = connectSqlite(dataDir, waits)
  return connected.ok ? await bringForward(connected.ledger, `The ledger in ${dataDir}`) : connected
}

/** Opens a ledger on PostgreSQL 12 or later: `postgres://user:password@host:port/database`, or the parts of one. */
export async function openPostgresLedger(
  place: PostgresPlace,
  waits: LedgerWaits = patientWaits,
): Promise<LedgerOpened> {
  return await bringForward(connectPostgres(place, waits), 'The ledger on PostgreSQL')
}

/** Where a PostgreSQL is. */
export type PostgresPlace =
  | { readonly url: string }
  /** `socketDir` is the directory of a unix socket. */
  | { readonly socketDir: string; readonly username: string; readonly database: string }

/**
 * The ledger is a file of its own: it is written every second, and whoever watches the keys' file for changes should not
 * notice.
 */
export function connectSqlite(dataDir: string, waits: LedgerWaits = patientWaits): LedgerOpened {
  const directory = prepareDataDirectory(dataDir)
  if (!directory.ok) return directory
  const file = prepareDatabaseFile(dataDir, 'ledger.db')
  if (!file.ok) return file
  try {
    const database = new Database(file.path, { create: true, strict: true, safeIntegers: true })
    configure(database)
    return {
      ok: true,
      ledger: {
        db: new Kysely({ dialect: createSqliteDialect(database, waits) }),
        differences: sqliteDifferences,
      },
    }
  } catch (error) {
    return { ok: false, message: `The ledger ${file.path} cannot be used: ${reasonOf(error)}.` }
  }
}

/** Nothing is sent before the first query. */
export function connectPostgres(place: PostgresPlace, waits: LedgerWaits = patientWaits): LedgerDatabase {
  const pool = new Bun.SQL({ ...fields(place), adapter: 'postgres', bigint: true, max: 8, connectionTimeout: 5 })
  return { db: new Kysely({ dialect: createPostgresDialect(pool, waits) }), differences: postgresDifferences }
}

function fields(place: PostgresPlace) {
  if ('url' in place) return { url: place.url }
  return { hostname: place.socketDir, username: place.username, database: place.database }
}

/**
 * WAL lets others read while one writes; FULL makes a commit durable before it is acknowledged. Changing the mode needs
 * the file for itself for a moment, which processes that start at once must wait for; from then on nobody waits inside
 * SQLite, for that would stop the whole process.
 */
function configure(database: Database): void {
  database.run('pragma busy_timeout = 5000')
  database.run('pragma journal_mode = wal')
  database.run('pragma synchronous = full')
  database.run('pragma trusted_schema = off')
  database.run('pragma busy_timeout = 0')
}

async function bringForward(ledger: LedgerDatabase, name: string): Promise<LedgerOpened> {
  try {
    const migrated = await migrateLedger(ledger)
    if (migrated.ok) return { ok: true, ledger }
    await ledger.db.destroy()
    return migrated
  } catch (error) {
    await ledger.db.destroy()
    return { ok: false, message: `${name} cannot be used: ${reasonOf(error)}.` }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
