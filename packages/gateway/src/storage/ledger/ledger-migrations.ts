import type { LedgerDifferences } from './ledger-database.ts'

/** One step of the ledger's schema, forward and back. Never changed once it has been released. */
export interface LedgerMigration {
  /** 1, 2, 3 ... without gaps. */
  readonly version: number
  readonly name: string
  forward(words: SchemaWords): readonly string[]
  /** Undoes `forward`, with all that was kept in what it made. */
  readonly back: readonly string[]
}

/** What the same statement is called on different databases. */
export interface SchemaWords {
  /** A signed integer of 64 bits. */
  readonly integer: string
  /** Stands behind the closing bracket of a table. */
  readonly tableEnd: string
}

/** The words of one database. */
export function schemaWords({ hasWideIntegers, needsStrictTables }: LedgerDifferences): SchemaWords {
  return { integer: hasWideIntegers ? 'integer' : 'bigint', tableEnd: needsStrictTables ? ' strict' : '' }
}

/** Every step, in order. Add at the end. */
export const ledgerMigrations: readonly LedgerMigration[] = [
  {
    version: 1,
    name: 'counters, leases and the ledger',
    forward: (words) => [...counterTables(words), leaseTable(words), ...indexes, ...lineTables(words)],
    back: ['ledger_line', 'budget_burn', 'budget_lease', 'budget_window', 'budget_counter', 'budget_fence'].map(
      (table) => `drop table ${table}`,
    ),
  },
]

function counterTables({ integer, tableEnd }: SchemaWords): readonly string[] {
  return [
    `create table budget_fence (replica text primary key, fence ${integer} not null)${tableEnd}`,
    `create table budget_counter (
      key text primary key,
      amount ${integer},
      epoch ${integer} not null
    )${tableEnd}`,
    // Never below nothing: a bug that would lose money fails here instead.
    `create table budget_window (
      counter_key text not null,
      start_ms ${integer} not null,
      settled ${integer} not null,
      outstanding ${integer} not null check (outstanding >= 0),
      primary key (counter_key, start_ms)
    )${tableEnd}`,
  ]
}

function leaseTable({ integer, tableEnd }: SchemaWords): string {
  return `create table budget_lease (
    id text primary key,
    counter_key text not null,
    window_start_ms ${integer} not null,
    replica text not null,
    fence ${integer} not null,
    granted ${integer} not null,
    spent ${integer} not null,
    returned ${integer} not null,
    burnt ${integer} not null,
    admit_until_ms ${integer} not null,
    settle_until_ms ${integer} not null,
    state text not null check (state in ('open', 'reaped', 'closed'))
  )${tableEnd}`
}

const indexes = [
  "create index budget_lease_open on budget_lease (settle_until_ms) where state = 'open'",
  "create index budget_lease_closed on budget_lease (settle_until_ms) where state = 'closed'",
  'create index budget_window_age on budget_window (start_ms)',
]

function lineTables({ integer, tableEnd }: SchemaWords): readonly string[] {
  return [
    `create table budget_burn (
      lease_id text not null,
      kind text not null check (kind in ('burnt', 'refunded')),
      counter_key text not null,
      window_start_ms ${integer} not null,
      amount ${integer} not null,
      booked_at_ms ${integer} not null,
      primary key (lease_id, kind)
    )${tableEnd}`,
    `create table ledger_line (
      request_id text not null,
      attempt ${integer} not null,
      kind text not null,
      places text not null,
      nanos ${integer} not null,
      input_tokens ${integer} not null,
      output_tokens ${integer} not null,
      requests ${integer} not null,
      price_version text not null,
      cause text,
      booked_at_ms ${integer} not null,
      primary key (request_id, attempt, kind)
    )${tableEnd}`,
  ]
}
