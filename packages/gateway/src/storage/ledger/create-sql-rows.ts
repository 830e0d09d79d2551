import type { StoreReply } from '@sluice/core/budgets/store.ts'
import type { BudgetRows, Decide, RowsWanted } from '@sluice/core/budgets/store-rows.ts'
import type { LedgerDatabase } from './ledger-database.ts'
import { loadRows } from './load-rows.ts'
import { type LedgerClock, readClock, transactLedger } from './transact-ledger.ts'
import { writeRows } from './write-rows.ts'

/** The rows of budgets in a database. Whatever the database fails with is told as a value; only our own bugs throw. */
export function createSqlRows(ledger: LedgerDatabase, clock: LedgerClock = readClock): BudgetRows {
  return {
    async transact<T>(wanted: (nowMs: number) => RowsWanted, decide: Decide<T>): Promise<StoreReply<T>> {
      const bugs: unknown[] = []
      const noteBug = (error: unknown): never => {
        bugs.push(error)
        throw error
      }
      try {
        const value = await transactLedger(ledger, clock, async (transaction, nowMs) => {
          const asked = orElse(() => wanted(nowMs), noteBug)
          const loaded = await loadRows(transaction, asked, ledger.differences)
          const { reply, writes } = orElse(() => decide(loaded, nowMs), noteBug)
          await writeRows(transaction, writes, nowMs)
          return reply
        })
        return { ok: true, value }
      } catch (error) {
        if (bugs.length > 0) throw bugs[0]
        return { ok: false, why: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}

function orElse<T>(run: () => T, fail: (error: unknown) => never): T {
  try {
    return run()
  } catch (error) {
    return fail(error)
  }
}
