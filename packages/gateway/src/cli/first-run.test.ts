import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProvider, knownProviders } from '@sluice/core/providers/registry.ts'
import { Secret } from '@sluice/core/providers/secret.ts'
import { buildSnapshot } from '../config/build-snapshot.ts'
import { readConfig } from '../config/read-config.ts'
import { authenticate } from '../identity/authenticate.ts'
import { type BannerFacts, renderBanner } from './banner.ts'
import { createNamedKey, type FirstKeys, prepareFirstKeys } from './first-run.ts'
import { type Home, openHome } from './home.ts'
import { readSettings } from './settings.ts'

const secretKey = 'q8Zt3vLw9Xr2Bn5KmY7cHd4GfJ6sPa1E'
const unasked = { adminKey: undefined, hasConfiguredKeys: false, nowMs: 1_700_000_000_000 }

let directory = ''
const homes: Home[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-first-'))
})

afterEach(() => {
  for (const { store } of homes.splice(0)) store.close()
  rmSync(directory, { recursive: true })
})

async function tryOpen(env: Record<string, string> = {}) {
  const read = readSettings({ argv: ['--data-dir', join(directory, 'data')], env, cwd: directory })
  if (!read.ok) throw new Error(read.problems.join())
  return openHome(read.settings)
}

async function open(env: Record<string, string> = {}): Promise<Home> {
  const opened = await tryOpen(env)
  if (!opened.ok) throw new Error(opened.message)
  homes.push(opened.home)
  return opened.home
}

/** Who a key belongs to, by the snapshot made of these keys. */
function ownerOf(credential: string | undefined, keys: FirstKeys, { hasher }: Home) {
  const config = readConfig('', { file: 'f', env: {}, knownProviders })
  if (!config.ok) throw new Error('the empty configuration is wrong')
  const snapshot = buildSnapshot(config.config, { id: 1, hasher, storedKeys: keys.storedKeys, servers: [] })
  const request = { headers: new Headers({ authorization: `Bearer ${credential}` }), target: '/' }
  return authenticate(request, snapshot.keys, { hasher, adminDigest: keys.adminDigest, known: new Map() })
}

/** All bytes under the data directory. */
function everythingStored(): string {
  const dataDir = join(directory, 'data')
  return readdirSync(dataDir)
    .map((name) => readFileSync(join(dataDir, name), 'latin1'))
    .join('')
}

describe('the first start', () => {
  test('makes an admin key and a key, which work, and stores neither', async () => {
    const home = await open()
    const keys = await prepareFirstKeys(home, unasked)
    expect(await keys.store()).toEqual({ ok: true })
    expect(keys.freshAdminKey).toMatch(/^sl-admin-[0-9A-Za-z]{43}$/)
    expect(keys.freshKey?.credential).toMatch(/^sl-[0-9A-Za-z]{43}$/)
    expect(ownerOf(keys.freshAdminKey, keys, home)).toEqual({ kind: 'admin' })
    expect(ownerOf(keys.freshKey?.credential, keys, home)).toMatchObject({
      kind: 'virtual-key',
      key: { name: 'first' },
    })
    const stored = everythingStored()
    expect(stored).toContain(home.hasher(keys.freshKey?.credential ?? ''))
    for (const secret of [keys.freshAdminKey, keys.freshKey?.credential])
      expect(stored).not.toContain(secret?.slice(12) ?? '')
    for (const name of readdirSync(join(directory, 'data')))
      expect(statSync(join(directory, 'data', name)).mode & 0o777).toBe(0o600)
  })

  test('that fails before it listens leaves no keys, so the next one prints them', async () => {
    await prepareFirstKeys(await open(), unasked)
    const keys = await prepareFirstKeys(await open(), unasked)
    expect([keys.freshAdminKey, keys.freshKey?.credential]).not.toContain(undefined)
  })

  test('makes no key unasked when the configuration has some, and no admin key when one was given', async () => {
    const home = await open()
    const adminKey = new Secret('f8a7c1e9b2d34056')
    const keys = await prepareFirstKeys(home, { ...unasked, adminKey, hasConfiguredKeys: true })
    await keys.store()
    expect([keys.freshAdminKey, keys.freshKey]).toEqual([undefined, undefined])
    expect(ownerOf(adminKey.reveal(), keys, home)).toEqual({ kind: 'admin' })
    expect(await home.store.readAdminDigest()).toBeUndefined()
  })

  test('of two processes at once: one wins, the other says so instead of printing worthless keys', async () => {
    const first = await prepareFirstKeys(await open(), unasked)
    const second = await prepareFirstKeys(await open(), unasked)
    expect(await first.store()).toEqual({ ok: true })
    expect(await second.store()).toMatchObject({ ok: false })
  })
})

describe('a later start', () => {
  test('finds the keys, and shows nothing again', async () => {
    const first = await prepareFirstKeys(await open(), unasked)
    await first.store()
    const home = await open()
    const later = await prepareFirstKeys(home, unasked)
    expect([later.freshAdminKey, later.freshKey]).toEqual([undefined, undefined])
    expect(ownerOf(first.freshAdminKey, later, home)).toEqual({ kind: 'admin' })
    expect(ownerOf(first.freshKey?.credential, later, home)).toMatchObject({ kind: 'virtual-key' })
  })

  test('without its secret, or with another, is refused and says why', async () => {
    await (await prepareFirstKeys(await open(), unasked)).store()
    expect(await tryOpen({ SLUICE_SECRET_KEY: secretKey })).toMatchObject({
      ok: false,
      message: expect.stringContaining('another secret than that in SLUICE_SECRET_KEY'),
    })
    rmSync(join(directory, 'data', 'secret.key'))
    expect(await tryOpen()).toMatchObject({ ok: false, message: expect.stringContaining('secret.key is missing') })
    expect(readdirSync(join(directory, 'data'))).not.toContain('secret.key')
  })

  test('with the secret in the settings needs no file', async () => {
    await open({ SLUICE_SECRET_KEY: secretKey })
    await open({ SLUICE_SECRET_KEY: secretKey })
    expect(readdirSync(join(directory, 'data'))).not.toContain('secret.key')
  })
})

test('a named key is made once', async () => {
  const home = await open()
  const made = await createNamedKey(home, 'ada', 1)
  expect(made.ok && made.credential).toMatch(/^sl-/)
  expect(await createNamedKey(home, 'ada', 2)).toMatchObject({
    ok: false,
    message: expect.stringContaining("named 'ada'"),
  })
  const keys = await prepareFirstKeys(home, unasked)
  expect(ownerOf(made.ok ? made.credential : '', keys, home)).toMatchObject({ key: { name: 'ada' } })
  expect(keys.freshKey).toBeUndefined()
})

describe('the banner', () => {
  async function factsOf(text: string, env: Record<string, string>): Promise<BannerFacts> {
    const config = readConfig(text, { file: 'sluice.yaml', env, knownProviders })
    if (!config.ok) throw new Error(config.problems[0]?.message)
    const keys = await prepareFirstKeys(await open(), { ...unasked, hasConfiguredKeys: config.config.keys.length > 0 })
    await keys.store()
    const url = 'http://127.0.0.1:4000'
    return {
      version: '1.2.3',
      url,
      config: config.config,
      configFile: 'sluice.yaml',
      servers: [],
      keys,
      isAdminKeySet: false,
    }
  }

  test('of the first start shows both keys, and a call that can be pasted', async () => {
    const facts = await factsOf('', { OPENAI_API_KEY: 'canary-value' })
    const known = findProvider('ollama')
    if (!known) throw new Error('no ollama')
    const banner = renderBanner({
      ...facts,
      servers: [{ name: 'ollama', found: { known, apiKey: undefined }, models: ['qwen3:8b'], isUp: true }],
    })
    expect(banner).toContain(facts.keys.freshAdminKey ?? 'none')
    expect(banner).toContain(`Bearer ${facts.keys.freshKey?.credential}`)
    expect(banner).toContain('openai (OPENAI_API_KEY)')
    expect(banner).toContain('ollama/qwen3:8b')
    expect(banner).not.toContain('canary-value')
    expect(banner.split('\n').length).toBeLessThan(24)
    const body = /-d '(.*)'/.exec(banner)?.[1] ?? ''
    expect(JSON.parse(body)).toMatchObject({ model: 'demo/echo', stream: true })
  })

  test('of a later start shows which keys there are, and how to make another', async () => {
    await factsOf('', {})
    const banner = renderBanner(await factsOf('', {}))
    expect(banner).toMatch(/1 in use: first \(sl-\w{6}\.\.\.\)/)
    expect(banner).toContain('npm start -- --new-key NAME')
    expect(banner).not.toMatch(/sl-(admin-)?\w{10}/)
  })

  test('names the providers and models of the file', async () => {
    const text =
      'providers: { mine: { type: openai, api_key: k } }\nmodels: { fast: [ { provider: mine, model: x } ] }\nkeys: [ { name: dev, key: f8a7c1e9b2d34056 } ]'
    const banner = renderBanner(await factsOf(text, {}))
    for (const part of ['mine from sluice.yaml', 'fast; ', '1 in use: dev']) expect(banner).toContain(part)
    expect(banner).not.toContain('f8a7c1e9b2d34056')
  })
})
