import type { LedgerLine } from '@sluice/core/budgets/ledger-line.ts'
import type { BurnLine, LeaseRow } from '@sluice/core/budgets/store-rows.ts'
import type { ColumnType, Kysely } from 'kysely'

/** The ledger's tables on one database, and what is peculiar to it. Closed with `db.destroy()`. */
export interface LedgerDatabase {
  readonly db: Kysely<LedgerTables>
  readonly differences: LedgerDifferences
}

/** Everything in which the databases differ, beside how they are connected to. The queries are the same for all. */
export interface LedgerDifferences {
  /**
   * Transactions of many connections run at once, so each locks what it will read, and the clock is the server's.
   * Otherwise there is one writer at a time: its transaction is the lock, and the clock is this machine's.
   */
  readonly hasManyWriters: boolean
  /** A column's type is held to only in tables that are declared `strict`. */
  readonly needsStrictTables: boolean
  /** `integer` holds 64 bits. Otherwise that type is called `bigint`. */
  readonly hasWideIntegers: boolean
  /** The transaction failed, left nothing behind and may be tried again: it was in another's way. */
  canRepeat(error: unknown): boolean
}

/** How long a transaction waits before its failure is told. Whoever asks should wait no longer than `turnMs` either. */
export interface LedgerWaits {
  /** For those before it: for the database, or for a connection to it. */
  readonly turnMs: number
  /** For a server that says nothing. It gives a statement up by itself after 10 s, where it still can. */
  readonly silenceMs: number
}

/** Long: for whoever would rather wait than be refused. */
export const patientWaits: LedgerWaits = { turnMs: 10_000, silenceMs: 15_000 }

/** 64 bits; databases answer a small one as they like. */
type Integer = ColumnType<bigint | number, bigint | number, bigint | number>

/** The schema as `ledger-migrations.ts` makes it. */
export interface LedgerTables {
  readonly budget_fence: { replica: string; fence: Integer }
  /** `amount` is null where all limits only tell. */
  readonly budget_counter: {
    key: string
    amount: ColumnType<bigint | number | null, bigint | number | null, bigint | number | null>
    epoch: Integer
  }
  readonly budget_window: { counter_key: string; start_ms: Integer; settled: Integer; outstanding: Integer }
  readonly budget_lease: {
    id: string
    counter_key: string
    window_start_ms: Integer
    replica: string
    fence: Integer
    granted: Integer
    spent: Integer
    returned: Integer
    burnt: Integer
    admit_until_ms: Integer
    settle_until_ms: Integer
    state: LeaseRow['state']
  }
  readonly budget_burn: {
    lease_id: string
    kind: BurnLine['kind']
    counter_key: string
    window_start_ms: Integer
    amount: Integer
    booked_at_ms: Integer
  }
  readonly ledger_line: {
    request_id: string
    attempt: Integer
    kind: LedgerLine['kind']
    /** A JSON array of `counter@start`. */
    places: string
    nanos: Integer
    input_tokens: Integer
    output_tokens: Integer
    requests: Integer
    price_version: string
    cause: NonNullable<LedgerLine['cause']> | null
    booked_at_ms: Integer
  }
  readonly ledger_schema: { version: Integer; name: string; applied_at_ms: Integer }
}
