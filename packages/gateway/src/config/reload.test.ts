import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import { createKeyHasher } from '../identity/key-hasher.ts'
import type { KeyStore } from '../identity/key-store.ts'
import { openDatabase } from '../storage/open-database.ts'
import { createSqliteKeyStore } from '../storage/sqlite-key-store.ts'
import { buildSnapshot } from './build-snapshot.ts'
import { readConfig } from './read-config.ts'
import { createReloader, type Reloader, type ReloadLine } from './reload.ts'
import { createSnapshotHolder, type SnapshotHolder } from './snapshot-holder.ts'
import { watchConfig } from './watch-config.ts'

const hasher = createKeyHasher('a pepper of the tests')
const good = (model: string) =>
  `providers: { openai: { api_key: k } }\nmodels: { ${model}: [ { provider: openai, model: x } ] }\n`

let directory = ''
let path = ''
let store: KeyStore
let holder: SnapshotHolder
let reloader: Reloader
let lines: ReloadLine[] = []
/** Called with every line of the log. */
let onLine: (line: ReloadLine) => void

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-reload-'))
  path = join(directory, 'sluice.yaml')
  lines = []
  onLine = () => undefined
  store = openStore(join(directory, 'data'))
})

afterEach(() => {
  store.close()
  rmSync(directory, { recursive: true })
})

function openStore(dataDir: string): KeyStore {
  const opened = openDatabase(dataDir)
  if (!opened.ok) throw new Error(opened.message)
  return createSqliteKeyStore(opened.database)
}

/** Starts from this text; '' means there is no file yet. */
function start(text: string): void {
  if (text !== '') writeFileSync(path, text)
  const surroundings = { file: 'sluice.yaml', env: {}, knownProviders }
  const read = readConfig(text, surroundings)
  if (!read.ok) throw new Error('the text to start from is wrong')
  const { config } = read
  holder = createSnapshotHolder(buildSnapshot(config, { id: 1, hasher, storedKeys: [], servers: [] }))
  const log = (line: ReloadLine) => {
    lines.push(line)
    onLine(line)
  }
  const hasFile = text !== ''
  reloader = createReloader({ path, surroundings, config, hasFile, hasher, store, servers: () => [], holder, log })
}

function modelNames(): readonly string[] {
  return [...holder.current.models.keys()].filter((name) => name !== 'demo/echo')
}

/** Resolves with the next line of the log; the test's own limit is the deadline. */
function nextLine(): Promise<ReloadLine> {
  const { promise, resolve } = Promise.withResolvers<ReloadLine>()
  onLine = resolve
  return promise
}

describe('a reload', () => {
  test('swaps whole and counts up', async () => {
    start(good('old'))
    const before = holder.current
    writeFileSync(path, good('new'))
    expect(await reloader.reload('signal')).toBe('reloaded')
    expect(modelNames()).toEqual(['new'])
    expect(holder.current.id).toBe(2)
    expect([...before.models.keys()]).toContain('old')
    expect(lines).toEqual([
      { event: 'config-reloaded', cause: 'signal', snapshot: 2, providers: 2, models: 2, keys: 0 },
    ])
  })

  test('with one mistake changes nothing, and says where it is', async () => {
    start(good('old'))
    const before = holder.current
    writeFileSync(path, `${good('new')}keys:\n  - { name: a, kye: x }\n`)
    expect(await reloader.reload('file')).toBe('refused')
    expect(holder.current).toBe(before)
    expect(lines[0]).toMatchObject({ event: 'config-refused', cause: 'file', snapshot: 1 })
    expect(JSON.stringify(lines[0])).toContain("sluice.yaml:4:16: keys[0]: unknown key 'kye'. Did you mean 'key'?")
  })

  test('keeps the old one when the file is gone, but reads no file as nothing when there never was one', async () => {
    start(good('old'))
    rmSync(path)
    expect(await reloader.reload('file')).toBe('refused')
    expect(modelNames()).toEqual(['old'])
    start('')
    rmSync(path, { force: true })
    expect(await reloader.reload('signal')).toBe('reloaded')
  })

  test('takes up a file that was not there at the start', async () => {
    start('')
    writeFileSync(path, good('first'))
    await reloader.reload('file')
    expect(modelNames()).toEqual(['first'])
    rmSync(path)
    expect(await reloader.reload('file')).toBe('refused')
  })

  test('takes up keys from the store without reading the file', async () => {
    start(good('old'))
    writeFileSync(path, 'broken: [')
    const digest = hasher('sl-one')
    await store.insert({
      id: 'key_1',
      name: 'one',
      digest,
      prefix: 'sl-one',
      createdAtMs: 1,
      models: undefined,
      providers: undefined,
      passThrough: undefined,
      isDisabled: false,
    })
    expect(await reloader.reload('keys')).toBe('reloaded')
    expect(holder.current.keys.get(digest)?.name).toBe('one')
    expect(modelNames()).toEqual(['old'])
  })

  test('survives a store that cannot be read', async () => {
    start(good('old'))
    store.close()
    expect(await reloader.reload('file')).toBe('refused')
    expect(modelNames()).toEqual(['old'])
    store = openStore(join(directory, 'data'))
  })

  test('two hundred at once, a tenth of them wrong, end in order and leave no half', async () => {
    start(good('m'))
    const outcomes = []
    for (let index = 0; index < 200; index++) {
      writeFileSync(path, index % 10 === 0 ? 'providers: [' : good(`m${index}`))
      outcomes.push(reloader.reload('file'))
      if (index % 7 === 0) await outcomes.at(-1)
      expect(modelNames()).toHaveLength(1)
    }
    await Promise.all(outcomes)
    expect(modelNames()).toEqual(['m199'])
    expect(lines).toHaveLength(200)
    const ids = lines.flatMap((line) => (line.event === 'config-reloaded' ? [line.snapshot] : []))
    expect(ids).toEqual(ids.map((_, index) => index + 2))
  })
})

describe('the watch', () => {
  const ways = [
    { name: 'written in place', change: () => writeFileSync(path, good('new')) },
    {
      name: 'replaced by renaming another over it, twice',
      change: () => {
        for (const model of ['between', 'new']) {
          writeFileSync(`${path}.tmp`, good(model))
          renameSync(`${path}.tmp`, path)
        }
      },
    },
    {
      name: 'removed and made again',
      change: () => {
        rmSync(path)
        writeFileSync(path, good('new'))
      },
    },
  ]
  for (const { name, change } of ways) {
    for (const [means, pollMs, isWatched] of [
      ['events', 60_000, true],
      ['polling', 5, false],
    ] as const) {
      test(`sees a file ${name}, by ${means}`, async () => {
        start(good('old'))
        const watch = watchConfig({ path, reloader, store, restMs: 5, pollMs, isWatched })
        const line = nextLine()
        change()
        expect(await line).toMatchObject({ event: 'config-reloaded', cause: 'file' })
        expect(modelNames()).toEqual(['new'])
        watch.stop()
      })
    }
  }

  test('reloads on SIGHUP, and no more once stopped', async () => {
    start(good('old'))
    const before = process.listenerCount('SIGHUP')
    const watch = watchConfig({ path, reloader, store, pollMs: 60_000 })
    const line = nextLine()
    process.kill(process.pid, 'SIGHUP')
    expect(await line).toMatchObject({ event: 'config-reloaded', cause: 'signal' })
    watch.stop()
    expect(process.listenerCount('SIGHUP')).toBe(before)
  })

  test('sees keys that another process stores', async () => {
    start(good('old'))
    const watch = watchConfig({ path, reloader, store, pollMs: 5 })
    const line = nextLine()
    const other = openStore(join(directory, 'data'))
    const digest = hasher('sl-two')
    await other.insert({
      id: 'key_2',
      name: 'two',
      digest,
      prefix: 'sl-two',
      createdAtMs: 1,
      models: undefined,
      providers: undefined,
      passThrough: undefined,
      isDisabled: false,
    })
    other.close()
    expect(await line).toMatchObject({ event: 'config-reloaded', cause: 'keys', keys: 1 })
    watch.stop()
  })
})
