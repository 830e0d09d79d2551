import { sql } from 'kysely'
import type { LedgerDatabase } from './ledger-database.ts'
import { type LedgerClock, readClock, transactLedger } from './transact-ledger.ts'

/** How long closed leases and short windows are kept: a message about them may be that late. */
const keptMs = 8 * 86_400_000

/** Rows that one transaction deletes: it stays short, and others wait for no more than it. */
const rowsAtOnce = 1000

/** What was deleted; there may be more to delete when `hasMore`. */
export interface Pruned {
  readonly leases: number
  readonly windows: number
  readonly hasMore: boolean
}

/**
 * Deletes what nobody will ask about any more: leases that were closed more than a week ago, and windows of seconds,
 * minutes and hours that are as old and in which nothing is outstanding. The ledger's lines, reaped leases (their owner
 * may come back) and longer windows stay. Meant to be called every hour or so, again while there is more.
 */
export async function pruneLedger(ledger: LedgerDatabase, clock: LedgerClock = readClock): Promise<Pruned> {
  return await transactLedger(ledger, clock, async (db, nowMs) => {
    const oldLeases = db
      .selectFrom('budget_lease')
      .select('id')
      .where('state', '=', sql.lit('closed' as const))
      .where('settle_until_ms', '<', nowMs - keptMs)
      .limit(rowsAtOnce)
    const leases = await db.deleteFrom('budget_lease').where('id', 'in', oldLeases).executeTakeFirst()
    const oldWindows = db
      .selectFrom('budget_window')
      .select(['counter_key', 'start_ms'])
      .where('start_ms', '<', nowMs - keptMs)
      .where('outstanding', '=', 0)
      .where(({ eb, or }) => or(shortPeriods.map((period) => eb('counter_key', 'like', `%/${period}/%`))))
      .limit(rowsAtOnce)
    const windows = await db
      .deleteFrom('budget_window')
      .where(({ eb, refTuple }) =>
        eb(refTuple('counter_key', 'start_ms'), 'in', oldWindows.$asTuple('counter_key', 'start_ms')),
      )
      .executeTakeFirst()
    const counts = [Number(leases.numDeletedRows), Number(windows.numDeletedRows)] as const
    return { leases: counts[0], windows: counts[1], hasMore: Math.max(...counts) >= rowsAtOnce }
  })
}

/** Their windows are many. As part of a counter's key such a word can be nothing but its period: ids are escaped. */
const shortPeriods = ['second', 'minute', 'hour']
