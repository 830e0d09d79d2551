import { describe, expect, test } from 'bun:test'
import type { Snapshot } from '@sluice/core/call/snapshot.ts'
import { dialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { Deadlines } from '@sluice/core/providers/provider.ts'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import fc from 'fast-check'
import { createKeyHasher } from '../identity/key-hasher.ts'
import { readBaseUrl } from './base-url.ts'
import { buildSnapshot } from './build-snapshot.ts'
import { formatProblem } from './problem.ts'
import { type ConfigResult, readConfig } from './read-config.ts'

const canary = 'canary-7f3a9b2e61d84c05'
const env = { OPENAI_API_KEY: canary, DEV_KEY: `${canary}-dev`, HOST: 'h.example.com' }
const hasher = createKeyHasher('a pepper of the tests')

function read(text: string): ConfigResult {
  return readConfig(text, { file: 'f.yaml', env, knownProviders })
}

const example = `providers:
  openai: { api_key: \${OPENAI_API_KEY}, headers: { x-a: "1" }, allow: [store] }
  local:
    dialect: openai-chat
    base_url: http://127.0.0.1:8000/v1
    deadlines: { connect: 5s, gap: 500ms }
models:
  smart: [ { provider: openai, model: gpt-4o } ]
  fast:
    - { provider: openai, model: gpt-4o-mini, price: { input: 0.10, output: 0.40 } }
    - { provider: local, model: qwen3-8b, price: free }
keys:
  - { name: dev, key: \${DEV_KEY}, models: [smart, fast] }
settings: { body_limit: 32MiB, heartbeat: 15s }
`

/** Words a configuration is made of, so that chance finds its way deep into the readers. */
const word = fc.constantFrom(
  ...['providers', 'models', 'keys', 'settings', 'openai', 'demo', 'type', 'dialect', 'base_url', 'api_key', 'headers'],
  ...[
    'quirks',
    'deadlines',
    'allow',
    'provider',
    'model',
    'price',
    'free',
    'input',
    'output',
    'name',
    'key',
    'connect',
  ],
  ...['gap', 'total', 'body_limit', 'detect', '10s', '${OPENAI_API_KEY}', '${NOPE}', '${', '$$', 'gemini', '__proto__'],
  ...['constructor', 'http://h.example/v1', 'http://a@b', 'demo/echo', 'f8a7c1e9b2d34056', 'ollama', 'toString', ''],
)
const scalar = fc.oneof(word, fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null))
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.array(fc.tuple(word, tie('tree')), { maxLength: 5 }).map(asPairs),
  ),
}))

/** YAML in flow style keeps keys that stand twice, which no object could. */
function asPairs(pairs: readonly (readonly [string, unknown])[]): { readonly pairs: typeof pairs } {
  return { pairs }
}

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`
  if (typeof value !== 'object' || value === null || !('pairs' in value)) return JSON.stringify(value) ?? 'null'
  const { pairs } = value as ReturnType<typeof asPairs>
  return `{${pairs.map(([key, inner]) => `${JSON.stringify(key)}: ${write(inner)}`).join(', ')}}`
}

const document = tree.map(write)

/** The example with a piece cut out, put elsewhere, or replaced by something else. */
const damaged = fc
  .tuple(
    fc.nat(example.length),
    fc.nat(40),
    fc.oneof(word, fc.string({ unit: 'binary', maxLength: 8 }), fc.constant('\n  ')),
  )
  .map(([at, length, piece]) => example.slice(0, at) + piece + example.slice(at + length))

const anyText = fc.oneof(document, damaged, fc.string({ unit: 'binary', maxLength: 200 }))

function expectWhole(snapshot: Snapshot): void {
  for (const [name, provider] of snapshot.providers) {
    expect(provider.name).toBe(name)
    expect(dialectIds).toContain(provider.dialect)
    expect(new URL(provider.baseUrl).origin).toBe(provider.origin)
    expectPositive(provider.deadlines)
    expect(Object.getPrototypeOf(provider.headers)).toBe(Object.prototype)
  }
  for (const deployments of snapshot.models.values()) {
    expect(deployments.length).toBeGreaterThan(0)
    for (const { provider, model, deadlines, price } of deployments) {
      expect(snapshot.providers.get(provider.name)).toBe(provider)
      expect(model).toMatch(/^[^\s?#%\\]+$/)
      expectPositive(deadlines)
      if (price !== undefined && price !== 'free')
        expect([price.input, price.output].every((rate) => Number.isSafeInteger(rate))).toBe(true)
    }
  }
  for (const digest of snapshot.keys.keys()) expect(digest).toMatch(/^[0-9a-f]{64}$/)
  for (const setting of Object.values(snapshot.settings))
    expect(Number.isSafeInteger(setting) && setting > 0).toBe(true)
}

function expectPositive(deadlines: Deadlines): void {
  for (const ms of Object.values(deadlines)) expect(Number.isSafeInteger(ms) && ms > 0).toBe(true)
}

describe('any text', () => {
  test('is a whole snapshot or a list of problems, never an exception and never neither', () => {
    let accepted = 0
    fc.assert(
      fc.property(anyText, (text) => {
        const result = read(text)
        if (!result.ok) return expect(result.problems.length).toBeGreaterThan(0)
        accepted++
        expectWhole(buildSnapshot(result.config, { id: 1, hasher, storedKeys: [], servers: [] }))
      }),
      { numRuns: 1500, examples: [[example], ['']] },
    )
    expect(accepted).toBeGreaterThan(2)
  })

  test('has its problems at places that exist, each on one line, and no secret among them', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const result = read(text)
        if (result.ok) return
        const lines = text.split(/\r\n|\r|\n/)
        for (const problem of result.problems) {
          expect(problem.line).toBeWithin(1, lines.length + 2)
          expect(problem.column).toBeWithin(1, text.length + 2)
          expect(formatProblem(problem)).toMatch(/^[\x20-\x7e]+$/)
          expect(formatProblem(problem)).not.toContain(canary)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('changes nothing outside', () => {
    fc.assert(
      fc.property(document, (text) => {
        read(text)
        expect(Object.keys(Object.prototype)).toEqual([])
      }),
    )
  })
})

test('a secret in the wrong type of place is not shown', () => {
  for (const field of ['api_key', 'base_url', 'type', 'dialect', 'deadlines', 'allow', 'quirks', 'headers']) {
    for (const shape of [canary, `[${canary}]`, `{ a: ${canary} }`, `{ connect: ${canary} }`]) {
      const result = read(`providers: { openai: { ${field}: ${shape}, model: 1 } }`)
      const told = result.ok ? '' : result.problems.map(formatProblem).join('\n')
      // A type or dialect is a name, not a secret, and is quoted so that a slip can be seen.
      if (field !== 'type' && field !== 'dialect') expect(told).not.toContain(canary)
    }
  }
})

test('a value from the environment arrives as it is, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (value) => {
      fc.pre(value === value.trim())
      const text = 'providers: { p: { type: openai, api_key: ${KEY} }, q: { type: openai, api_key: "a${KEY}b" } }'
      const result = readConfig(text, { file: 'f', env: { KEY: value }, knownProviders })
      const keyOf = (name: string) =>
        result.ok ? result.config.providers.get(name)?.provider.apiKey?.reveal() : 'refused'
      expect([keyOf('p'), keyOf('q')]).toEqual([value, `a${value}b`])
    }),
  )
})

test('an accepted address means one host, to us and to the URL standard', () => {
  const piece = fc.constantFrom(
    'a',
    'evil.com',
    '127.0.0.1',
    '2130706433',
    '0x7f',
    '[::1]',
    'localhost',
    '/',
    '@',
    '#',
    '?',
    '\\',
    ':',
    '80',
    '443',
    '.',
    '..',
    '%2f',
    '%00',
    'v1',
    '。',
    '①',
    ' ',
    '\t',
  )
  const address = fc
    .tuple(fc.constantFrom('http://', 'https://', 'HTTP://', '//', 'file://', ''), fc.array(piece, { maxLength: 7 }))
    .map(([scheme, pieces]) => scheme + pieces.join(''))
  let accepted = 0
  fc.assert(
    fc.property(fc.oneof(address, fc.webUrl()), (text) => {
      const read = readBaseUrl(text)
      if (!read.ok) return
      accepted++
      const url = new URL(`${read.baseUrl}/chat/completions`)
      expect(url.origin).toBe(read.origin)
      expect(url.origin).toBe(new URL(text).origin)
      expect(url.href).toBe(`${read.baseUrl}/chat/completions`)
      expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', ''])
    }),
    { numRuns: 3000 },
  )
  expect(accepted).toBeGreaterThan(50)
})
