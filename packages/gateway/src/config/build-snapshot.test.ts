import { describe, expect, test } from 'bun:test'
import { findProvider, knownProviders } from '@sluice/core/providers/registry.ts'
import { createKeyHasher } from '../identity/key-hasher.ts'
import type { StoredKey } from '../identity/key-store.ts'
import { buildSnapshot } from './build-snapshot.ts'
import type { FoundServer } from './config.ts'
import { readConfig } from './read-config.ts'

const hasher = createKeyHasher('a pepper of the tests')

function storedKey(name: string, credential: string, more: Partial<StoredKey> = {}): StoredKey {
  const digest = hasher(credential)
  return {
    id: `key_${name}`,
    name,
    digest,
    prefix: 'sl-abcdef',
    createdAtMs: 1,
    models: undefined,
    providers: undefined,
    passThrough: undefined,
    isDisabled: false,
    ...more,
  }
}

function local(id: string, models: readonly string[], isUp = true): FoundServer {
  const known = findProvider(id)
  if (!known) throw new Error(`no ${id}`)
  return { name: id, found: { known, apiKey: undefined }, models, isUp }
}

function build(text: string, parts: { storedKeys?: readonly StoredKey[]; servers?: readonly FoundServer[] } = {}) {
  const result = readConfig(text, { file: 'f', env: {}, knownProviders })
  if (!result.ok) throw new Error(result.problems[0]?.message)
  return buildSnapshot(result.config, { id: 7, hasher, storedKeys: [], servers: [], ...parts })
}

describe('a snapshot', () => {
  test('of nothing offers the built-in echo', () => {
    const snapshot = build('')
    expect(snapshot.id).toBe(7)
    expect([...snapshot.models.keys()]).toEqual(['demo/echo'])
    expect(snapshot.models.get('demo/echo')?.[0]).toMatchObject({
      provider: { name: 'demo', transport: 'demo', origin: 'http://demo.invalid' },
      model: 'echo',
      price: 'free',
    })
    expect(snapshot.settings).toEqual({ bodyLimitBytes: 33_554_432, answerLimitBytes: 67_108_864, heartbeatMs: 15_000 })
  })

  test('holds keys by digest: stored ones, but no disabled ones, and the file wins', () => {
    const shared = 'f8a7c1e9b2d34056'
    const snapshot = build(`keys: [ { name: dev, key: ${shared}, models: [demo/echo] } ]`, {
      storedKeys: [
        storedKey('a', 'sl-one', { models: ['demo/echo'] }),
        storedKey('b', 'sl-two', { isDisabled: true }),
        storedKey('c', shared),
      ],
    })
    expect(snapshot.keys.size).toBe(2)
    expect(snapshot.keys.get(hasher('sl-one'))).toMatchObject({
      id: 'key_a',
      source: 'store',
      models: new Set(['demo/echo']),
    })
    expect(snapshot.keys.get(hasher(shared))).toMatchObject({ id: 'config:dev', source: 'config' })
    expect(snapshot.keys.has(hasher('sl-two'))).toBe(false)
  })

  test('lists the models of a local server that answered', () => {
    const snapshot = build('', { servers: [local('ollama', ['qwen3:8b', 'hf.co/a/b:Q4'])] })
    expect([...snapshot.models.keys()]).toEqual(['ollama/qwen3:8b', 'ollama/hf.co/a/b:Q4', 'demo/echo'])
    expect(snapshot.providers.get('ollama')?.baseUrl).toBe('http://127.0.0.1:11434/v1')
  })

  test('gives the name of a local server to the file, when the file uses it for another address', () => {
    const text = 'providers: { ollama: { base_url: "http://far.example:11434/v1" } }'
    const snapshot = build(text, { servers: [local('ollama', ['qwen3:8b'])] })
    expect(snapshot.providers.get('ollama')?.origin).toBe('http://far.example:11434')
    expect([...snapshot.models.keys()]).toEqual(['demo/echo'])
  })

  test('leaves local servers out when nothing is to be detected', () => {
    const snapshot = build('settings: { detect: false }', { servers: [local('ollama', ['qwen3:8b'])] })
    expect(snapshot.providers.has('ollama')).toBe(false)
  })

  test('lists what a configured server has, at its price, and tries one that is down last', () => {
    const text = `providers:
  box: { type: vllm, base_url: "http://10.0.0.5:8000/v1", price: { input: 1, output: 2 } }
  spare: { type: vllm, base_url: "http://10.0.0.6:8000/v1" }
models:
  big: [ { provider: box, model: m }, { provider: spare, model: m }, { provider: box, model: n, price: free } ]`
    const seen = (isUp: boolean): FoundServer => ({ name: 'box', models: ['m'], isUp })
    const providersOf = (isUp: boolean) =>
      build(text, { servers: [seen(isUp)] })
        .models.get('big')
        ?.map(({ provider, model }) => `${provider.name}/${model}`)
    expect(providersOf(true)).toEqual(['box/m', 'spare/m', 'box/n'])
    expect(providersOf(false)).toEqual(['spare/m', 'box/m', 'box/n'])
    const { models } = build(text, { servers: [seen(false)] })
    expect(models.get('box/m')?.[0]).toMatchObject({ price: { input: 1_000_000_000, output: 2_000_000_000 } })
    expect(models.get('big')?.map(({ price }) => price === 'free')).toEqual([true, false, true])
    expect(build(text, { servers: [{ name: 'gone', models: ['x'], isUp: true }] }).models.has('gone/x')).toBe(false)
  })

  test('shows no secret when it is printed', () => {
    const snapshot = build('providers: { openai: { api_key: canary-value, headers: { x-a: canary-value } } }')
    expect(JSON.stringify([...snapshot.providers]) + Bun.inspect(snapshot, { depth: 20 })).not.toContain('canary-value')
  })
})
