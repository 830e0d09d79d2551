import type {
  CounterRow,
  FenceRow,
  LeaseRow,
  LoadedRows,
  RowsWanted,
  WindowRow,
} from '@sluice/core/budgets/store-rows.ts'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { LedgerDifferences, LedgerTables } from './ledger-database.ts'
import { inPages } from './pages.ts'
import { readNumber } from './read.ts'

type Db = Kysely<LedgerTables>

/** Locks the rows that are wanted, where others may write at the same time, and reads them. */
export async function loadRows(db: Db, wanted: RowsWanted, differences: LedgerDifferences): Promise<LoadedRows> {
  const expiredIds = await findExpired(db, wanted.expired)
  const leaseIds = [...new Set([...wanted.leaseIds, ...expiredIds])]
  let leases = await readLeases(db, leaseIds)
  if (differences.hasManyWriters) {
    await lock(db, lockNames(wanted, leaseIds, leases))
    // A lease never moves to another counter, so these are the locks that are needed; all else may have changed.
    leases = await readLeases(db, leaseIds)
  }
  const named = new Set(wanted.leaseIds)
  leases = leases.filter((lease) => named.has(lease.id) || isExpired(lease, wanted.expired))
  return {
    fence: await readFence(db, wanted.fenceOf),
    leases,
    counters: await readCounters(db, [...wanted.counters.map(({ key }) => key), ...leases.map(counterKeyOf)]),
    windows: await readWindows(db, wanted.counters, leases),
  }
}

async function findExpired(db: Db, expired: RowsWanted['expired']): Promise<readonly string[]> {
  if (!expired) return []
  const rows = await db
    .selectFrom('budget_lease')
    .select('id')
    // Spelt out, so that the index of open leases serves.
    .where('state', '=', sql.lit('open' as const))
    .where('settle_until_ms', '<', expired.beforeMs)
    .orderBy('settle_until_ms')
    .limit(expired.most)
    .execute()
  return rows.map(({ id }) => id)
}

function isExpired({ state, settleUntilMs }: LeaseRow, expired: RowsWanted['expired']): boolean {
  return expired !== undefined && state === 'open' && settleUntilMs < expired.beforeMs
}

function lockNames(wanted: RowsWanted, leaseIds: readonly string[], leases: readonly LeaseRow[]): readonly string[] {
  const counters = new Set([...wanted.counters.map(({ key }) => key), ...leases.map(counterKeyOf)])
  return [
    ...(wanted.fenceOf === undefined ? [] : [`fence ${wanted.fenceOf}`]),
    ...leaseIds.map((id) => `lease ${id}`),
    ...[...counters].map((key) => `counter ${key}`),
  ]
}

/**
 * Takes a lock for every name until the transaction ends. Names are locked and not rows, for rows that are not there yet
 * must be kept from others as well; a counter's lock is that of all its windows. They are taken in the order of their
 * numbers, so that no two transactions wait for each other, and by one statement: the inner query is sorted before the
 * first lock is taken.
 */
async function lock(db: Db, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  await sql`
    select pg_advisory_xact_lock(number) from (
      select distinct hashtextextended(name, 0) as number from unnest(array[${sql.join(names)}]::text[]) as name
      order by number
    ) as numbers`.execute(db)
}

async function readFence(db: Db, replica: string | undefined): Promise<FenceRow | undefined> {
  if (replica === undefined) return undefined
  const row = await db.selectFrom('budget_fence').selectAll().where('replica', '=', replica).executeTakeFirst()
  return row && { replica: row.replica, fence: readNumber(row.fence) }
}

async function readLeases(db: Db, ids: readonly string[]): Promise<readonly LeaseRow[]> {
  return await inPages(ids, async (page) => {
    const rows = await db.selectFrom('budget_lease').selectAll().where('id', 'in', page).execute()
    return rows.map(toLease)
  })
}

async function readCounters(db: Db, keys: readonly string[]): Promise<readonly CounterRow[]> {
  return await inPages([...new Set(keys)], async (page) => {
    const rows = await db.selectFrom('budget_counter').selectAll().where('key', 'in', page).execute()
    return rows.map(({ key, amount, epoch }): CounterRow => {
      return { key, limit: amount === null ? undefined : BigInt(amount), epoch: readNumber(epoch) }
    })
  })
}

/** All windows of the counters that were wanted, and the window of each lease. */
async function readWindows(
  db: Db,
  counters: RowsWanted['counters'],
  leases: readonly LeaseRow[],
): Promise<readonly WindowRow[]> {
  const since = new Map(counters.map(({ key, sinceMs }) => [key, sinceMs]))
  const single = new Map(
    leases
      .filter((lease) => lease.windowStartMs < (since.get(lease.counterKey) ?? Number.POSITIVE_INFINITY))
      .map((lease) => [`${lease.counterKey}@${lease.windowStartMs}`, lease]),
  )
  const places = [
    ...[...since].map(([key, startMs]) => ({ key, startMs, operator: '>=' as const })),
    ...[...single.values()].map((lease) => {
      return { key: lease.counterKey, startMs: lease.windowStartMs, operator: '=' as const }
    }),
  ]
  return await inPages(places, async (page) => {
    const rows = await db
      .selectFrom('budget_window')
      .selectAll()
      .where(({ eb, or, and }) =>
        or(
          page.map(({ key, startMs, operator }) =>
            and([eb('counter_key', '=', key), eb('start_ms', operator, startMs)]),
          ),
        ),
      )
      .execute()
    return rows.map(toWindow)
  })
}

function toLease(row: Selectable<LedgerTables['budget_lease']>): LeaseRow {
  return {
    id: row.id,
    counterKey: row.counter_key,
    windowStartMs: readNumber(row.window_start_ms),
    replica: row.replica,
    fence: readNumber(row.fence),
    granted: readNumber(row.granted),
    spent: readNumber(row.spent),
    returned: readNumber(row.returned),
    burnt: readNumber(row.burnt),
    admitUntilMs: readNumber(row.admit_until_ms),
    settleUntilMs: readNumber(row.settle_until_ms),
    state: row.state,
  }
}

function toWindow(row: Selectable<LedgerTables['budget_window']>): WindowRow {
  return {
    counterKey: row.counter_key,
    startMs: readNumber(row.start_ms),
    settled: BigInt(row.settled),
    outstanding: BigInt(row.outstanding),
  }
}

function counterKeyOf({ counterKey }: LeaseRow): string {
  return counterKey
}
