import { describe, expect, test } from 'bun:test'
import type { KnownProvider } from '@sluice/core/providers/provider.ts'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import type { Config } from './config.ts'
import { formatProblem } from './problem.ts'
import { readConfig } from './read-config.ts'

const env = {
  OPENAI_API_KEY: 'sk-of-openai',
  ANTHROPIC_API_KEY: 'sk-of-anthropic',
  DEV_KEY: 'dev-f8a7c1e9b2d34056',
  PRICE: '0.25',
}

function read(text: string, more: Record<string, string | undefined> = env) {
  return readConfig(text, { file: 'sluice.yaml', env: more, knownProviders })
}

function accept(text: string, more?: Record<string, string | undefined>): Config {
  const result = read(text, more)
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'))
  return result.config
}

const example = `providers:
  openai: { api_key: \${OPENAI_API_KEY} }                       # a known provider
  claude: { type: anthropic, api_key: \${ANTHROPIC_API_KEY} }   # a name of one's own
  local:  { dialect: openai-chat, base_url: http://127.0.0.1:8000/v1 }
models:
  smart: [ { provider: claude, model: claude-sonnet-4-6 } ]
  fast:
    - { provider: openai, model: gpt-4o-mini }
    - { provider: local, model: qwen3-8b, price: { input: 0.10, output: 0.40 } }
keys:
  - { name: dev, key: \${DEV_KEY}, models: [smart, fast] }
`

describe('a good configuration', () => {
  test('the example of the documentation', () => {
    const { providers, models, keys } = accept(example)
    expect([...providers.keys()]).toEqual(['openai', 'claude', 'local', 'anthropic', 'demo'])
    expect(providers.get('claude')?.provider).toMatchObject({
      dialect: 'anthropic-messages',
      baseUrl: 'https://api.anthropic.com/v1',
      origin: 'https://api.anthropic.com',
    })
    expect(providers.get('claude')?.provider.apiKey?.reveal()).toBe('sk-of-anthropic')
    expect(providers.get('local')?.provider.apiKey).toBeUndefined()
    expect(models.get('fast')).toMatchObject([
      { provider: 'openai', model: 'gpt-4o-mini' },
      { provider: 'local', model: 'qwen3-8b', price: { input: 100_000_000, output: 400_000_000 } },
    ])
    expect(keys[0]).toMatchObject({ name: 'dev', models: new Set(['smart', 'fast']) })
    expect(keys[0]?.key.reveal()).toBe(env.DEV_KEY)
  })

  test('a provider with one address per region', () => {
    const of = (text: string, more: Record<string, string> = {}) =>
      accept(`providers: { ${text} }`, more).providers.get('x')
    const oci = of('x: { type: oci, oci_region: us-chicago-1, api_key: k }')?.provider
    expect(oci?.origin).toBe('https://inference.generativeai.us-chicago-1.oci.oraclecloud.com')
    const mantle = { BEDROCK_MANTLE_API_KEY: 'k', AWS_REGION: 'eu-west-1' }
    expect(of('x: { type: bedrock-mantle }', mantle)?.provider).toMatchObject({
      baseUrl: 'https://bedrock-mantle.eu-west-1.api.aws/v1',
      alsoSpeaks: ['openai-responses'],
    })
    expect(accept('', mantle).providers.get('bedrock-mantle')?.source).toBe('environment')
    const wrong = read('providers: { x: { type: oci, api_key: k } }', {})
    expect(wrong.ok ? '' : wrong.problems.map(formatProblem).join()).toContain("'oci_region' is missing")
    const evil = read('providers: { x: { type: oci, api_key: k, oci_region: "evil.example/a-1" } }', {})
    expect(evil.ok).toBe(false)
  })

  test('keys with providers and pass-through', () => {
    const of = (rest: string) =>
      accept(`providers: { mine: { type: openai, api_key: k } }\nkeys: [ { name: a, key: f8a7c1e9b2d34056${rest} } ]`)
        .keys[0]
    expect(of('')).toMatchObject({ providers: undefined, passThrough: undefined })
    expect(of(', passthrough: false')).toMatchObject({ passThrough: undefined })
    expect(of(', passthrough: true')).toMatchObject({ passThrough: true })
    expect(of(', passthrough: [mine]')).toMatchObject({ passThrough: new Set(['mine']) })
    // A server on this machine may be found later.
    expect(of(', providers: [mine, ollama]')).toMatchObject({ providers: new Set(['mine', 'ollama']) })
  })

  test('nothing at all: what stands in the environment, and the built-in provider', () => {
    for (const text of ['', '\n# nothing\n', '---\n', 'providers:\nmodels:\nkeys:\nsettings:\n']) {
      const { providers, models, keys } = accept(text)
      expect([...providers].map(([name, { source }]) => [name, source])).toEqual([
        ['anthropic', 'environment'],
        ['openai', 'environment'],
        ['demo', 'built-in'],
      ])
      expect([models.size, keys.length]).toEqual([0, 0])
    }
  })

  test('the file wins over the environment, and may turn looking there off', () => {
    expect(accept('providers: { openai: { api_key: other } }').providers.get('openai')).toMatchObject({
      source: 'file',
    })
    expect([...accept('settings: { detect: false }').providers.keys()]).toEqual(['demo'])
  })

  test('a known provider reads its own variable, but sends that key nowhere else', () => {
    const { providers } = accept(
      'providers:\n  openai:\n  far: { type: openai, base_url: https://proxy.example.com/v1 }\n',
    )
    expect(providers.get('openai')?.provider.apiKey?.reveal()).toBe('sk-of-openai')
    expect(providers.get('far')?.provider.apiKey).toBeUndefined()
  })

  test('a local server may be named without an entry; other gateways’ names of a provider are known', () => {
    const { providers } = accept(
      'providers: { mine: { type: hosted_vllm } }\nmodels: { m: [ { provider: ollama, model: "qwen3:8b" } ] }',
    )
    expect(providers.get('ollama')).toMatchObject({ source: 'local', provider: { origin: 'http://127.0.0.1:11434' } })
    expect(providers.get('mine')?.provider.origin).toBe('http://127.0.0.1:8000')
  })

  test('variables inside text, numbers from variables, and $$', () => {
    const { providers, models } = accept(
      `providers: { p: { dialect: gemini, base_url: "https://\${HOST}/v1", headers: { X-Team: "a-\${HOST}-$$5-$\${HOST}" } } }
models: { m: [ { provider: p, model: x, price: { input: \${PRICE}, output: 1 } } ] }`,
      { HOST: 'h.example.com', PRICE: '0.25' },
    )
    expect(providers.get('p')?.provider.headers['x-team']?.reveal()).toBe('a-h.example.com-$5-${HOST}')
    expect(providers.get('p')?.provider.origin).toBe('https://h.example.com')
    expect(models.get('m')?.[0]?.price).toEqual({ input: 250_000_000, output: 1_000_000_000 })
  })

  test('what a variable holds is never read as YAML or as another variable', () => {
    const { providers } = accept('providers: { p: { type: openai, api_key: ${A} } }', {
      A: '${B}, headers: {x: y} # $$',
    })
    expect(providers.get('p')?.provider.apiKey?.reveal()).toBe('${B}, headers: {x: y} # $$')
  })

  test('deadlines: settings, then the provider, then the target', () => {
    const { providers, models, settings } = accept(`settings:
  body_limit: 1MiB
  answer_limit: 2000000
  heartbeat: 20
  drain: 5m
  drain_grace: 0
  deadlines: { connect: 500ms, gap: 1h }
providers: { openai: { api_key: k, deadlines: { first_token: 90 } } }
models: { m: [ { provider: openai, model: x, price: free, deadlines: { total: 1.5s } } ] }
`)
    const of = { connectMs: 500, firstTokenMs: 90_000, gapMs: 3_600_000, totalMs: 3_600_000 }
    expect(providers.get('openai')?.provider.deadlines).toEqual(of)
    expect(models.get('m')?.[0]).toMatchObject({ price: 'free', deadlines: { ...of, totalMs: 1500 } })
    expect(settings).toMatchObject({
      bodyLimitBytes: 1_048_576,
      answerLimitBytes: 2_000_000,
      heartbeatMs: 20_000,
      drainMs: 300_000,
      drainGraceMs: 0,
    })
  })

  test('keys without models may use all; with models also provider/model', () => {
    const { keys } = accept(`keys:
  - { name: all, key: ${'k7'.repeat(3)}-everything-else }
  - { name: some, key: "f00-b4r-b4z-quux-1", models: [demo/echo, openai/gpt-4o-mini] }
`)
    expect(keys.map(({ models }) => models)).toEqual([undefined, new Set(['demo/echo', 'openai/gpt-4o-mini'])])
  })

  test('a dialect of its own leaves the known quirks behind', () => {
    const quirks = { takesSeed: false }
    const known: KnownProvider = {
      id: 'odd',
      name: 'Odd',
      dialect: 'openai-chat',
      baseUrl: 'https://odd.example/v1',
      keyVariables: [],
      docs: 'https://odd.example',
      quirks,
    }
    const text = 'providers: { odd: , own: { type: odd, quirks: { b: 1 } }, other: { type: odd, dialect: gemini } }'
    const result = readConfig(text, { file: 'f', env: {}, knownProviders: [known] })
    const found = result.ok ? [...result.config.providers.values()].map(({ provider }) => provider.quirks) : []
    expect(found).toEqual([quirks, { ...quirks, b: 1 }, {}, {}])
  })

  test('quirks and allow', () => {
    const { providers } = accept(
      'providers: { p: { type: openai, api_key: k, allow: [store, service_tier], quirks: { a: true, b: [1, { c: x }] } } }',
    )
    expect(providers.get('p')?.provider).toMatchObject({
      allow: new Set(['store', 'service_tier']),
      quirks: { a: true, b: [1, { c: 'x' }] },
    })
  })
})

test('quirks are checked against the dialect’s own, where they are told', () => {
  const defaultQuirks = { 'openai-chat': { maxTokensField: 'max_tokens', takesSeed: true } }
  const surroundings = { file: 'sluice.yaml', env, knownProviders, defaultQuirks }
  const result = readConfig(
    'providers: { p: { type: openai, api_key: k, quirks: { takesSed: true, maxTokensField: 1 } } }',
    surroundings,
  )
  expect(result.ok ? [] : result.problems.map(({ message, suggestion }) => [message, suggestion])).toEqual([
    ["unknown key 'takesSed'.", "Did you mean 'takesSeed'?"],
    ['this must be a string, but it is a number.', undefined],
  ])
})
