import { type Kysely, sql, type Transaction } from 'kysely'
import type { LedgerDatabase, LedgerDifferences, LedgerTables } from './ledger-database.ts'

/** What runs inside a transaction. */
export type LedgerWork<T> = (transaction: Transaction<LedgerTables>, nowMs: number) => Promise<T>

/** Tells the database's time, and sets what holds for this transaction. */
export type LedgerClock = (transaction: Kysely<LedgerTables>, differences: LedgerDifferences) => Promise<number>

/** A transaction that was in another's way is tried this often. */
const mostTries = 5

/**
 * One durable transaction: once it has answered, its writes outlive a crash. Tried again only where it is certain that
 * the database has undone it.
 */
export async function transactLedger<T>(
  { db, differences }: LedgerDatabase,
  clock: LedgerClock,
  work: LedgerWork<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db
        .transaction()
        .execute(async (transaction) => await work(transaction, await clock(transaction, differences)))
    } catch (error) {
      if (tries >= mostTries || !differences.canRepeat(error)) throw error
    }
  }
}

/** The database's own clock. */
export async function readClock(db: Kysely<LedgerTables>, { hasManyWriters }: LedgerDifferences): Promise<number> {
  const { rows } = await (hasManyWriters ? beginOnServer : beginHere).execute(db)
  const nowMs = Number(rows[0]?.now_ms)
  if (!Number.isSafeInteger(nowMs)) throw new Error('the database has told no time')
  return nowMs
}

interface Told {
  readonly now_ms: bigint | number
}

const beginHere = sql<Told>`select cast(unixepoch('subsec') * 1000 as integer) as now_ms`

/**
 * A replica that stops in the midst of a transaction must not hold the others up for long, and a commit must be on disk
 * whatever the server's default is. These hold for the transaction alone, so that a pool between us and the server does
 * no harm.
 */
const beginOnServer = sql<Told>`
  select
    set_config('lock_timeout', '5s', true),
    set_config('statement_timeout', '10s', true),
    set_config('idle_in_transaction_session_timeout', '10s', true),
    set_config(
      'synchronous_commit',
      case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end,
      true
    ),
    cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint) as now_ms`
