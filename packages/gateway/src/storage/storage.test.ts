import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type { KeyStore, StoredKey } from '../identity/key-store.ts'
import { migrate } from './migrate.ts'
import { type Migration, migrations } from './migrations.ts'
import { openDatabase } from './open-database.ts'
import { createSqliteKeyStore } from './sqlite-key-store.ts'

let directory = ''
let dataDir = ''
const open: Database[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-storage-'))
  dataDir = join(directory, 'data')
})

afterEach(() => {
  for (const database of open.splice(0)) database.close()
  rmSync(directory, { recursive: true })
})

function openHere(): Database {
  const opened = openDatabase(dataDir)
  if (!opened.ok) throw new Error(opened.message)
  open.push(opened.database)
  return opened.database
}

function modeOf(...path: readonly string[]): string {
  return (statSync(join(dataDir, ...path)).mode & 0o777).toString(8)
}

const files = ['sluice.db', 'sluice.db-wal', 'sluice.db-shm']
const digest = 'ab'.repeat(32)
const key: StoredKey = {
  id: 'key_1',
  name: 'one',
  digest,
  prefix: 'sl-abcdef',
  createdAtMs: 1_700_000_000_000,
  models: ['fast', 'openai/gpt-4o'],
  providers: ['openai'],
  passThrough: true,
  isDisabled: false,
}

describe('the data directory', () => {
  test('and every file in it belong to their owner alone, whatever the umask', () => {
    const before = process.umask(0)
    try {
      openHere()
    } finally {
      process.umask(before)
    }
    expect(modeOf()).toBe('700')
    expect(files.map((file) => modeOf(file))).toEqual(['600', '600', '600'])
  })

  test('closes files that others could read', () => {
    openHere().close()
    open.pop()
    chmodSync(join(dataDir, 'sluice.db'), 0o666)
    openHere()
    expect(files.map((file) => modeOf(file))).toEqual(['600', '600', '600'])
  })

  test('in which anybody may write is refused', () => {
    mkdirSync(dataDir)
    chmodSync(dataDir, 0o777)
    expect(openDatabase(dataDir)).toMatchObject({ ok: false, message: expect.stringContaining('chmod 700') })
    expect(existsSync(join(dataDir, 'sluice.db'))).toBe(false)
  })

  test('that cannot be one is told', () => {
    writeFileSync(dataDir, 'a file')
    expect(openDatabase(dataDir).ok).toBe(false)
    expect(openDatabase(join(dataDir, 'inside')).ok).toBe(false)
  })

  test('with something else for a database is told', () => {
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'sluice.db'), 'this is no database, but it is long enough to be read as one'.repeat(50))
    expect(openDatabase(dataDir)).toMatchObject({ ok: false, message: expect.stringContaining('cannot be used') })
  })

  test('is durable: WAL, and every commit synced', () => {
    const database = openHere()
    expect(database.query('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' })
    expect(database.query('pragma synchronous').get()).toEqual({ synchronous: 2 })
  })
})

describe('migrations', () => {
  const steps: readonly Migration[] = [
    { version: 1, name: 'a', statements: ['create table a (x integer) strict'] },
    { version: 2, name: 'b', statements: ['create table b (x integer) strict', 'insert into a values (1)'] },
  ]

  function versions(database: Database): readonly unknown[] {
    return database.query('select version from schema_version order by version').values().flat()
  }

  test('are numbered 1, 2, 3 ...', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
  })

  test('are applied once each, wherever the database stands', () => {
    for (let first = 0; first <= steps.length; first++) {
      const database = new Database(':memory:')
      open.push(database)
      migrate(database, steps.slice(0, first))
      expect(migrate(database, steps)).toEqual({ ok: true, applied: steps.slice(first).map(({ version }) => version) })
      expect(migrate(database, steps)).toEqual({ ok: true, applied: [] })
      expect(versions(database)).toEqual([1, 2])
      expect(database.query('select count(*) as n from a').get()).toEqual({ n: 1 })
    }
  })

  test('that fail leave nothing of themselves', () => {
    const database = new Database(':memory:')
    open.push(database)
    const broken: Migration = { version: 2, name: 'b', statements: ['insert into a values (1)', 'create nonsense'] }
    expect(() => migrate(database, [steps[0]!, broken])).toThrow()
    expect(versions(database)).toEqual([1])
    expect(database.query('select count(*) as n from a').get()).toEqual({ n: 0 })
  })

  test('never touch the database of a newer program', () => {
    const database = new Database(':memory:')
    open.push(database)
    migrate(database, steps)
    expect(migrate(database, steps.slice(0, 1))).toMatchObject({ ok: false, message: expect.stringContaining('newer') })
    expect(versions(database)).toEqual([1, 2])
  })

  test('wait for another process that is at it', async () => {
    const script = `
      import { openDatabase } from ${JSON.stringify(join(import.meta.dir, 'open-database.ts'))}
      const opened = openDatabase(${JSON.stringify(dataDir)})
      process.stdout.write(opened.ok ? 'ok' : opened.message)`
    const starts = Array.from({ length: 3 }, () =>
      Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe', stderr: 'inherit' }),
    )
    const said = await Promise.all(starts.map(({ stdout }) => new Response(stdout).text()))
    expect(said).toEqual(['ok', 'ok', 'ok'])
    expect(versions(openHere())).toEqual(migrations.map(({ version }) => version))
  }, 30_000)
})

describe('the key store', () => {
  function createStore(): KeyStore {
    return createSqliteKeyStore(openHere())
  }

  test('gives back what was put in, oldest first', async () => {
    const store = createStore()
    const second: StoredKey = {
      ...key,
      id: 'key_2',
      name: 'two',
      digest: 'cd'.repeat(32),
      createdAtMs: 1,
      models: undefined,
      providers: undefined,
      passThrough: undefined,
      isDisabled: true,
    }
    expect(await store.list()).toEqual([])
    expect([await store.insert(key), await store.insert(second)]).toEqual(['inserted', 'inserted'])
    expect(await store.list()).toEqual([second, key])
    expect(await createStore().list()).toEqual([second, key])
  })

  test('has a name once', async () => {
    const store = createStore()
    await store.insert(key)
    expect(await store.insert({ ...key, id: 'key_2', digest: 'cd'.repeat(32) })).toBe('name-taken')
    expect(await store.list()).toEqual([key])
  })

  test('takes no digest twice, nor one of another length', async () => {
    const store = createStore()
    await store.insert(key)
    await expect(store.insert({ ...key, id: 'key_2', name: 'two' })).rejects.toThrow()
    await expect(store.insert({ ...key, id: 'key_3', name: 'three', digest: 'ab' })).rejects.toThrow()
    expect(await store.list()).toEqual([key])
  })

  test('keeps any text as it is: nothing becomes part of a statement', async () => {
    const store = createStore()
    let count = 0
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.array(fc.string()), async (text, models) => {
        count++
        const odd = `${count}${text}'; drop table virtual_key; --`.replaceAll('\u0000', '')
        const stored = {
          ...key,
          id: odd,
          name: odd,
          prefix: odd,
          digest: String(count).padStart(64, '0'),
          models,
          createdAtMs: count,
        }
        expect(await store.insert(stored)).toBe('inserted')
        expect((await store.list()).at(-1)).toEqual(stored)
      }),
      { numRuns: 50 },
    )
  })

  test('keeps the first admin key and the first check of the pepper', async () => {
    const store = createStore()
    expect([await store.readAdminDigest(), await store.readPepperCheck()]).toEqual([undefined, undefined])
    expect(await store.insertAdminDigest(digest)).toBe('inserted')
    expect(await store.insertAdminDigest('cd'.repeat(32))).toBe('exists')
    await store.insertPepperCheck(digest)
    await store.insertPepperCheck('cd'.repeat(32))
    expect([await store.readAdminDigest(), await store.readPepperCheck()]).toEqual([digest, digest])
  })

  test('has a version that moves when another connection writes', async () => {
    const store = createStore()
    const before = await store.version()
    expect(await store.version()).toBe(before)
    await createStore().insert(key)
    expect(await store.version()).not.toBe(before)
  })
})
