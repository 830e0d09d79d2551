import { describe, expect, test } from 'bun:test'
import { Catalog } from '../catalog/catalog.ts'
import type { Deployment, Provider } from '../providers/provider.ts'
import { createModelTable } from './model-table.ts'
import { resolveModel } from './resolve-model.ts'

const deadlines = { connectMs: 1, firstTokenMs: 1, gapMs: 1, totalMs: 1 }

const catalog = new Catalog([
  [
    {
      id: 'anthropic/claude-sonnet-4.5',
      context: 200_000,
      offers: {
        anthropic: [
          { model: 'claude-sonnet-4-5', aliases: ['claude-sonnet-4-5-20250929'], price: { input: 3, output: 15 } },
        ],
        vertex: [{ model: 'claude-sonnet-4-5@20250929', max_output: 64_000, price: { input: 3.3, output: 16.5 } }],
      },
    },
    {
      id: 'google/gemini-3',
      offers: {
        gemini: [
          {
            model: 'gemini-3',
            price: { input: 1, output: 2 },
            later: [{ from: '2027-01-01', price: { input: 2, output: 4 } }],
          },
        ],
        vertex: [{ model: 'gemini-3' }],
      },
    },
    { id: 'openai/gpt-oss-20b:free', offers: { openrouter: [{ model: 'openai/gpt-oss-20b:free', price: 'free' }] } },
    { id: 'openai/gpt-oss-20b', offers: { groq: [{ model: 'openai/gpt-oss-20b' }] } },
  ].map((each) => JSON.stringify(each)),
])

const aliases = new Map([
  ['google', 'gemini'],
  ['gemini', 'gemini'],
  ['vertex_ai', 'vertex'],
])

function tableOf(names: Record<string, string | undefined>, day = '2026-11-21') {
  const providers = Object.entries(names).map(([name, knownId]) => [name, provider(name, knownId)] as const)
  return createModelTable({ models: new Map(), providers: new Map(providers), catalog, aliases, day })
}

function provider(name: string, knownId: string | undefined): Provider {
  return {
    name,
    ...(knownId !== undefined && { knownId }),
    dialect: 'openai-chat',
    baseUrl: 'http://x.test',
    origin: 'http://x.test',
    apiKey: undefined,
    headers: {},
    quirks: {},
    allow: new Set(),
    deadlines,
  }
}

function targets(deployments: readonly Deployment[] | undefined): readonly string[] | undefined {
  return deployments?.map(({ provider: { name }, model }) => `${name}/${model}`)
}

describe('names that nobody configured', () => {
  const table = tableOf({
    mine: 'anthropic',
    cloud: 'vertex',
    gemini: 'gemini',
    groq: 'groq',
    router: 'openrouter',
    own: undefined,
  })

  test.each([
    [
      'OpenRouter’s slug, at every provider that serves it',
      'anthropic/claude-sonnet-4.5',
      ['mine/claude-sonnet-4-5', 'cloud/claude-sonnet-4-5@20250929'],
    ],
    [
      'with a suffix that says how to choose',
      'anthropic/claude-sonnet-4.5:nitro',
      ['mine/claude-sonnet-4-5', 'cloud/claude-sonnet-4-5@20250929'],
    ],
    ['with a suffix that is part of the name', 'openai/gpt-oss-20b:free', ['router/openai/gpt-oss-20b:free']],
    ['without it', 'OpenAI/gpt-oss-20b', ['groq/openai/gpt-oss-20b']],
    ['a slug under the name of a provider', 'mine/anthropic-model', ['mine/anthropic-model']],
    ['another gateway’s word for a provider', 'vertex_ai/gemini-3', ['cloud/gemini-3']],
    ['a model nobody has listed there', 'vertex_ai/anything-new', ['cloud/anything-new']],
    ['the maker’s own name', 'claude-sonnet-4-5', ['mine/claude-sonnet-4-5']],
    ['a dated one', 'claude-sonnet-4-5-20250929', ['mine/claude-sonnet-4-5-20250929']],
    ['a word for a provider that is also a maker', 'google/gemini-3', ['cloud/gemini-3', 'gemini/gemini-3']],
  ])('%s: %s', (_, name, expected) => {
    expect(targets(resolveModel(name, table))).toEqual(expected)
  })

  test.each(['gpt-9', 'nobody/gpt-9', 'toString', '__proto__', 'openai/', '/x', ''])('%p leads nowhere', (name) => {
    expect(resolveModel(name, table)).toBeUndefined()
  })

  test('nobody configured serves it', () => {
    expect(resolveModel('anthropic/claude-sonnet-4.5', tableOf({ groq: 'groq' }))).toBeUndefined()
  })

  test('a common name under a configured provider is the provider’s own', () => {
    const [own] = resolveModel('anthropic/claude-sonnet-4.5', tableOf({ anthropic: 'anthropic' })) ?? []
    expect(own).toMatchObject({
      model: 'claude-sonnet-4-5',
      price: { input: 3e9, output: 15e9 },
      contextTokens: 200_000,
    })
  })
})

describe('what comes with a name', () => {
  test('prices and limits of the one provider, found once', () => {
    const table = tableOf({ cloud: 'vertex' })
    const first = resolveModel('cloud/claude-sonnet-4-5@20250929', table)?.[0]
    expect(first).toMatchObject({ price: { input: 3_300_000_000 }, maxOutputTokens: 64_000 })
    expect(resolveModel('cloud/claude-sonnet-4-5@20250929', table)?.[0]).toBe(first!)
  })

  test('a price that is not known stays unknown', () => {
    expect(resolveModel('cloud/gemini-3', tableOf({ cloud: 'vertex' }))?.[0]).not.toHaveProperty('price')
    expect(resolveModel('own/claude-sonnet-4-5', tableOf({ own: undefined }))?.[0]).not.toHaveProperty('price')
  })

  test('the price of the day', () => {
    const priceOf = (day: string) => resolveModel('g/gemini-3', tableOf({ g: 'gemini' }, day))?.[0]?.price
    expect(priceOf('2026-12-31')).toEqual({ input: 1e9, output: 2e9 })
    expect(priceOf('2027-01-01')).toEqual({ input: 2e9, output: 4e9 })
  })
})
