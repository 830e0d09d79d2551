import type { ReservedSQL, SQL } from 'bun'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { LedgerDifferences, LedgerWaits } from './ledger-database.ts'
import { readRows } from './read.ts'

/** What is peculiar to PostgreSQL. */
export const postgresDifferences: LedgerDifferences = {
  hasManyWriters: true,
  needsStrictTables: false,
  hasWideIntegers: false,
  canRepeat: (error) => error instanceof Bun.SQL.PostgresError && repeatable.includes(error.errno ?? ''),
}

/** serialization_failure, deadlock_detected: https://www.postgresql.org/docs/15/errcodes-appendix.html */
const repeatable = ['40001', '40P01']

/** Kysely on a pool of Bun's own client, made with `bigint`. The driver closes the pool. */
export function createPostgresDialect(pool: SQL, waits: LedgerWaits): Dialect {
  return {
    createDriver: () => new PostgresDriver(pool, waits),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  }
}

class PostgresDriver implements Driver {
  readonly #pool: SQL
  readonly #waits: LedgerWaits
  readonly #reserved: WeakMap<DatabaseConnection, ReservedSQL> = new WeakMap()

  constructor(pool: SQL, waits: LedgerWaits) {
    this.#pool = pool
    this.#waits = waits
  }

  async init(): Promise<void> {
    await Promise.resolve()
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const reserved = await this.#pool.reserve({ signal: AbortSignal.timeout(this.#waits.turnMs) })
    const connection = new PostgresConnection(reserved, this.#waits.silenceMs)
    this.#reserved.set(connection, reserved)
    return connection
  }

  /** Every statement sees what was committed before it; what must not change meanwhile is locked. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin isolation level read committed'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const { rows } = await connection.executeQuery<{ readonly command?: string }>(CompiledQuery.raw('commit'))
    // A transaction that failed earlier ends so without an error.
    if (rows[0]?.command === 'ROLLBACK') throw new Error('the transaction was rolled back')
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    await this.#reserved.get(connection)?.release()
  }

  async destroy(): Promise<void> {
    await this.#pool.close({ timeout: this.#waits.turnMs / 1000 })
  }
}

class PostgresConnection implements DatabaseConnection {
  readonly #reserved: ReservedSQL
  readonly #silenceMs: number

  constructor(reserved: ReservedSQL, silenceMs: number) {
    this.#reserved = reserved
    this.#silenceMs = silenceMs
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    // A server that has fallen silent is left: the query then fails, and the next call gets another connection.
    const timer = setTimeout(() => void this.#reserved.close({ timeout: 0 }), this.#silenceMs)
    try {
      const answer = await this.#reserved.unsafe(sql, [...parameters])
      if (answer.command === 'COMMIT' || answer.command === 'ROLLBACK')
        return { rows: readRows<R>([{ command: answer.command }]) }
      return { rows: readRows<R>([...answer]), numAffectedRows: BigInt(answer.affectedRows ?? answer.count ?? 0) }
    } finally {
      clearTimeout(timer)
    }
  }

  // biome-ignore lint/correctness/useYield: there is nothing to yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('rows are read in pages, not in streams')
  }
}
