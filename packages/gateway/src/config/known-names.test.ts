import { describe, expect, test } from 'bun:test'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import { resolveModel } from '@sluice/core/routing/resolve-model.ts'
import { createKeyHasher } from '../identity/key-hasher.ts'
import { buildSnapshot } from './build-snapshot.ts'
import { loadWholeCatalog } from './load-catalog.ts'
import { readConfig } from './read-config.ts'

/** Names of other houses, against the real catalogue and the real list of providers. */
const loaded = loadWholeCatalog([], { configPath: '/nowhere/sluice.yaml', dataDir: '/nowhere' })
if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
const { catalog } = loaded

function resolve(name: string, providers: string): readonly string[] | undefined {
  const text = `providers: { ${providers} }\nsettings: { detect: false }`
  const result = readConfig(text, { file: 'f', env: {}, knownProviders })
  if (!result.ok) throw new Error(result.problems[0]?.message)
  const hasher = createKeyHasher('a pepper of the tests')
  const parts = { id: 1, hasher, storedKeys: [], servers: [], catalog, nowMs: Date.UTC(2026, 10, 21) }
  const { table } = buildSnapshot(result.config, parts)
  const found = table && resolveModel(name, table)
  return found?.map(
    ({ provider, model, price }) => `${provider.name} ${model} ${typeof price === 'object' ? price.input : price}`,
  )
}

const many =
  'claude: { type: anthropic, api_key: k }, gemini: { api_key: k }, groq: { api_key: k }, together: { api_key: k }, or: { type: openrouter, api_key: k }'

describe('names that nobody configured lead to where they are served', () => {
  test.each([
    [
      'OpenRouter',
      'anthropic/claude-sonnet-4.5',
      ['claude claude-sonnet-4-5 3000000000', 'or anthropic/claude-sonnet-4.5 3000000000'],
    ],
    [
      'OpenRouter',
      'google/gemini-2.5-pro:floor',
      ['gemini gemini-2.5-pro 1250000000', 'or google/gemini-2.5-pro 1250000000'],
    ],
    ['LiteLLM', 'gemini/gemini-2.5-flash', ['gemini gemini-2.5-flash 300000000']],
    [
      'LiteLLM',
      'together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo',
      ['together meta-llama/Llama-3.3-70B-Instruct-Turbo 880000000'],
    ],
    ['LiteLLM', 'openrouter/anthropic/claude-sonnet-4.5', ['or anthropic/claude-sonnet-4.5 3000000000']],
    ['its maker', 'claude-sonnet-4-5-20250929', ['claude claude-sonnet-4-5-20250929 3000000000']],
    ['its maker', 'llama-3.3-70b-versatile', ['groq llama-3.3-70b-versatile 590000000']],
    ['nobody', 'gpt-4o', undefined],
  ])('of %s: %s', (_, name, expected) => {
    expect(resolve(name, many)).toEqual(expected)
  })

  test('a slug goes to every provider that is known to serve it', () => {
    const names = resolve('meta-llama/llama-3.3-70b-instruct', many)?.map((each) => each.split(' ')[0])
    expect(names).toEqual(expect.arrayContaining(['groq', 'or']))
  })

  test('clouds are reached by their names elsewhere', () => {
    const bedrock = 'aws: { type: bedrock, aws_region_name: us-east-1, api_key: k }'
    const name = 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0'
    expect(resolve(name, bedrock)).toEqual(['aws us.anthropic.claude-sonnet-4-5-20250929-v1:0 3300000000'])
    expect(resolve('anthropic/claude-sonnet-4.5', bedrock)?.[0]).toStartWith('aws global.anthropic.claude-sonnet-4-5')
  })
})
