import { type Database, SQLiteError } from 'bun:sqlite'
import type { KeyStore, StoredKey } from '../identity/key-store.ts'
import { type Row, readInteger, readRow, readText, readTexts } from './read.ts'

/** Keys in SQLite. Every value travels as a parameter; no statement is built from one. */
export function createSqliteKeyStore(database: Database): KeyStore {
  const list = database.query('select * from virtual_key order by created_at_ms, rowid')
  const insert = database.query(
    `insert into virtual_key (id, name, digest, prefix, created_at_ms, models, providers, pass_through, is_disabled)
     values ($id, $name, $digest, $prefix, $createdAtMs, $models, $providers, $passThrough, $isDisabled)`,
  )
  return {
    list: async () => list.all().map(toStoredKey),
    async insert(key) {
      try {
        insert.run(toRow(key))
        return 'inserted'
      } catch (error) {
        if (isTaken(error)) return 'name-taken'
        throw error
      }
    },
    readAdminDigest: async () => readDigest(database, 'select digest from admin_key where id = 1'),
    async insertAdminDigest(digest) {
      const { changes } = database.run('insert into admin_key (id, digest) values (1, ?) on conflict (id) do nothing', [
        digest,
      ])
      return changes === 1 ? 'inserted' : 'exists'
    },
    readPepperCheck: async () => readDigest(database, 'select digest from pepper_check where id = 1'),
    async insertPepperCheck(digest) {
      database.run('insert into pepper_check (id, digest) values (1, ?) on conflict (id) do nothing', [digest])
    },
    version: async () => readInteger(readRow(database.query('pragma data_version').get()), 'data_version'),
    close: () => database.close(),
  }
}

function toRow({
  models,
  providers,
  passThrough,
  isDisabled,
  ...key
}: StoredKey): Record<string, string | number | null> {
  return {
    ...key,
    models: toJson(models),
    providers: toJson(providers),
    passThrough: toJson(passThrough),
    isDisabled: isDisabled ? 1 : 0,
  }
}

function toJson(value: true | readonly string[] | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

function toStoredKey(value: unknown): StoredKey {
  const row = readRow(value)
  return {
    id: readText(row, 'id'),
    name: readText(row, 'name'),
    digest: readText(row, 'digest'),
    prefix: readText(row, 'prefix'),
    createdAtMs: readInteger(row, 'created_at_ms'),
    models: row['models'] === null ? undefined : readTexts(row, 'models'),
    providers: row['providers'] === null ? undefined : readTexts(row, 'providers'),
    passThrough: readPassThrough(row),
    isDisabled: readInteger(row, 'is_disabled') === 1,
  }
}

function readPassThrough(row: Row): StoredKey['passThrough'] {
  if (row['pass_through'] === null) return undefined
  return row['pass_through'] === 'true' ? true : readTexts(row, 'pass_through')
}

function readDigest(database: Database, statement: string): string | undefined {
  const row = database.query(statement).get()
  return row === null ? undefined : readText(readRow(row), 'digest')
}

function isTaken(error: unknown): boolean {
  return error instanceof SQLiteError && error.message.includes('virtual_key.name')
}
