import { type Database, SQLiteError } from 'bun:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { LedgerDifferences, LedgerWaits } from './ledger-database.ts'
import { readBindings, readRows } from './read.ts'

/** What is peculiar to SQLite. */
export const sqliteDifferences: LedgerDifferences = {
  hasManyWriters: false,
  needsStrictTables: true,
  hasWideIntegers: true,
  // Whoever began has the database for itself; waiting for it is the driver's.
  canRepeat: () => false,
}

/**
 * Kysely on a database of `bun:sqlite`, opened with `safeIntegers` and without a busy timeout: SQLite would wait by
 * blocking the process, so waiting is done here. The driver closes the database.
 */
export function createSqliteDialect(database: Database, { turnMs }: Pick<LedgerWaits, 'turnMs'>): Dialect {
  return {
    createDriver: () => new SqliteDriver(database, turnMs),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}

/** One connection, that transactions take in turns. */
class SqliteDriver implements Driver {
  readonly #database: Database
  readonly #connection: DatabaseConnection
  readonly #turnMs: number
  #lastTurn: Promise<void> = Promise.resolve()
  #endTurn: () => void = () => undefined

  constructor(database: Database, turnMs: number) {
    this.#database = database
    this.#turnMs = turnMs
    this.#connection = new SqliteConnection(database)
  }

  async init(): Promise<void> {
    await Promise.resolve()
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#lastTurn
    const turn = Promise.withResolvers<void>()
    this.#lastTurn = turn.promise
    if (!(await isSettledWithin(before, this.#turnMs))) {
      void before.then(turn.resolve)
      throw new Error(`the ledger was busy for ${this.#turnMs} ms`)
    }
    this.#endTurn = turn.resolve
    return this.#connection
  }

  /** Takes the database for writing at once: a transaction that began by reading could not go on after another's write. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const deadlineMs = performance.now() + this.#turnMs
    for (;;) {
      try {
        await connection.executeQuery(CompiledQuery.raw('begin immediate'))
        return
      } catch (error) {
        if (!isBusy(error) || performance.now() >= deadlineMs) throw error
        // At random, so that no process is the last one every time.
        await Bun.sleep(1 + Math.random() * 4)
      }
    }
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // Some failures, a full disk among them, have rolled back already.
    if (this.#database.inTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async releaseConnection(): Promise<void> {
    this.#endTurn()
    await Promise.resolve()
  }

  async destroy(): Promise<void> {
    await isSettledWithin(this.#lastTurn, this.#turnMs)
    this.#database.close()
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.#database.query(sql)
    const bindings = readBindings(parameters)
    if (statement.columnNames.length > 0)
      return await Promise.resolve({ rows: readRows<R>(statement.all(...bindings)) })
    const { changes } = statement.run(...bindings)
    return await Promise.resolve({ rows: [], numAffectedRows: BigInt(changes) })
  }

  // biome-ignore lint/correctness/useYield: there is nothing to yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('rows are read in pages, not in streams')
  }
}

async function isSettledWithin(promise: Promise<void>, timeoutMs: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), timeoutMs)
  const isInTime = await Promise.race([promise.then(() => true), late.promise])
  clearTimeout(timer)
  return isInTime
}

/** SQLITE_BUSY and its extended kinds: https://www.sqlite.org/rescode.html#busy */
function isBusy(error: unknown): boolean {
  return error instanceof SQLiteError && (error.errno & 0xff) === 5
}
