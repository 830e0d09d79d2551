import type { BurnLine, CounterRow, FenceRow, LeaseRow, RowWrites, WindowRow } from '@sluice/core/budgets/store-rows.ts'
import type { Kysely } from 'kysely'
import type { LedgerTables } from './ledger-database.ts'
import { inPages } from './pages.ts'

type Db = Kysely<LedgerTables>

/** Inserts rows, or overwrites those whose key exists; and appends to the ledger. */
export async function writeRows(db: Db, writes: RowWrites, nowMs: number): Promise<void> {
  await inPages(writes.fences, (page) => writeFences(db, page))
  await inPages(writes.counters, (page) => writeCounters(db, page))
  await inPages(writes.leases, (page) => writeLeases(db, page))
  await inPages(writes.windows, (page) => writeWindows(db, page))
  await inPages(writes.burns, (page) => appendBurns(db, page, nowMs))
}

async function writeFences(db: Db, rows: readonly FenceRow[]): Promise<readonly never[]> {
  await db
    .insertInto('budget_fence')
    .values(rows.map(({ replica, fence }) => ({ replica, fence })))
    .onConflict((conflict) => conflict.column('replica').doUpdateSet(({ ref }) => ({ fence: ref('excluded.fence') })))
    .execute()
  return []
}

async function writeCounters(db: Db, rows: readonly CounterRow[]): Promise<readonly never[]> {
  await db
    .insertInto('budget_counter')
    .values(rows.map(({ key, limit, epoch }) => ({ key, amount: limit ?? null, epoch })))
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet(({ ref }) => ({ amount: ref('excluded.amount'), epoch: ref('excluded.epoch') })),
    )
    .execute()
  return []
}

async function writeLeases(db: Db, rows: readonly LeaseRow[]): Promise<readonly never[]> {
  await db
    .insertInto('budget_lease')
    .values(rows.map(fromLease))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(({ ref }) => ({
        counter_key: ref('excluded.counter_key'),
        window_start_ms: ref('excluded.window_start_ms'),
        replica: ref('excluded.replica'),
        fence: ref('excluded.fence'),
        granted: ref('excluded.granted'),
        spent: ref('excluded.spent'),
        returned: ref('excluded.returned'),
        burnt: ref('excluded.burnt'),
        admit_until_ms: ref('excluded.admit_until_ms'),
        settle_until_ms: ref('excluded.settle_until_ms'),
        state: ref('excluded.state'),
      })),
    )
    .execute()
  return []
}

function fromLease(row: LeaseRow) {
  return {
    id: row.id,
    counter_key: row.counterKey,
    window_start_ms: row.windowStartMs,
    replica: row.replica,
    fence: row.fence,
    granted: row.granted,
    spent: row.spent,
    returned: row.returned,
    burnt: row.burnt,
    admit_until_ms: row.admitUntilMs,
    settle_until_ms: row.settleUntilMs,
    state: row.state,
  }
}

async function writeWindows(db: Db, rows: readonly WindowRow[]): Promise<readonly never[]> {
  await db
    .insertInto('budget_window')
    .values(
      rows.map(({ counterKey, startMs, settled, outstanding }) => {
        return { counter_key: counterKey, start_ms: startMs, settled, outstanding }
      }),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['counter_key', 'start_ms'])
        .doUpdateSet(({ ref }) => ({ settled: ref('excluded.settled'), outstanding: ref('excluded.outstanding') })),
    )
    .execute()
  return []
}

/** A lease is burnt once and refunded once; saying so again changes nothing. */
async function appendBurns(db: Db, lines: readonly BurnLine[], nowMs: number): Promise<readonly never[]> {
  await db
    .insertInto('budget_burn')
    .values(
      lines.map(({ leaseId, kind, counterKey, windowStartMs, amount }) => {
        return {
          lease_id: leaseId,
          kind,
          counter_key: counterKey,
          window_start_ms: windowStartMs,
          amount,
          booked_at_ms: nowMs,
        }
      }),
    )
    .onConflict((conflict) => conflict.columns(['lease_id', 'kind']).doNothing())
    .execute()
  return []
}
