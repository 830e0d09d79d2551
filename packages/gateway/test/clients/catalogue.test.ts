import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { OpenRouter } from '@openrouter/sdk'
import { asArray, asObject } from '@sluice/core/ir/read.ts'
import OpenAI from 'openai'
import { startTestGateway, type TestGateway, testKey } from '../start-test-gateway.ts'

/** What clients read of the catalogue. Nothing here goes upstream: the providers' addresses are their real ones. */
const smallKey = 'sl-Sm4llK3yOfTheGatewayOfTh3T3sts0123456789a'
let gateway: TestGateway
let router: OpenRouter

beforeAll(async () => {
  gateway = await startTestGateway(
    `providers:
  openai: { api_key: k1 }
  claude: { type: anthropic, api_key: k2 }
  fireworks: { api_key: k3 }
  own: { dialect: openai-chat, base_url: 'http://127.0.0.1:1/v1' }
  proxy: { type: groq, base_url: 'http://127.0.0.1:2/v1' }
models:
  smart: [ { provider: claude, model: claude-sonnet-4-5 } ]
  house: [ { provider: own, model: house-model, price: { input: 0.5, output: 1.25, tiers: [{ above: 1000, input: 1 }] } } ]
  mystery: [ { provider: own, model: mystery-model } ]
settings: { detect: false }`,
    {
      keys: [
        `{ name: small, key: ${smallKey}, models: [smart, openai/gpt-4o, openai/gpt-4o-mini], providers: [claude, openai] }`,
      ],
    },
  )
  router = new OpenRouter({ apiKey: testKey, serverURL: `${gateway.url}/api/v1` })
})
afterAll(() => gateway[Symbol.asyncDispose]())

async function ids(query: Parameters<OpenRouter['models']['list']>[0] = {}): Promise<readonly string[]> {
  const found: string[] = []
  for await (const page of await router.models.list(query)) found.push(...page.result.data.map(({ id }) => id))
  return found
}

async function get(path: string, key = testKey): Promise<{ status: number; text: string }> {
  const response = await fetch(gateway.url + path, { headers: { authorization: `Bearer ${key}` } })
  return { status: response.status, text: await response.text() }
}

describe('@openrouter/sdk', () => {
  test('lists what this gateway reaches, configured names first', async () => {
    const listed = await ids()
    expect(listed.slice(0, 3)).toEqual(['smart', 'house', 'mystery'])
    expect(listed).toEqual(expect.arrayContaining(['openai/gpt-4o', 'anthropic/claude-sonnet-4.5']))
    // Nobody configured Google; an operator's own address has what the operator says; speech is no text.
    expect(listed.filter((id) => /^google\/gemini|llama-3\.3-70b-versatile|tts-1/.test(id))).toEqual([])
    expect(new Set(listed).size).toBe(listed.length)
  })

  test('reads a model’s facts and price', async () => {
    const { data } = await router.models.get({ author: 'anthropic', slug: 'claude-sonnet-4.5' })
    expect(data).toMatchObject({
      id: 'anthropic/claude-sonnet-4.5',
      canonicalSlug: 'anthropic/claude-sonnet-4.5',
      contextLength: 200_000,
      architecture: { inputModalities: ['text', 'image', 'file'], outputModalities: ['text'], tokenizer: 'Claude' },
      pricing: {
        prompt: '0.000003',
        completion: '0.000015',
        inputCacheRead: '0.0000003',
        inputCacheWrite1h: '0.000006',
      },
      topProvider: { maxCompletionTokens: 64_000 },
    })
    expect(data.pricing.overrides?.[0]).toMatchObject({ minPromptTokens: 200_000, prompt: '0.000006' })
    expect(data.supportedParameters).toEqual(expect.arrayContaining(['tools', 'tool_choice', 'reasoning']))
  })

  test('suffixes that choose among providers are no part of a name', async () => {
    const { data } = await router.models.get({ author: 'openai', slug: 'gpt-4o:nitro' })
    expect(data.canonicalSlug).toBe('openai/gpt-4o')
    await expect(router.models.get({ author: 'openai', slug: 'gpt-4o:free' })).rejects.toThrow()
    const { data: none } = await router.endpoints.list({ author: 'openai', slug: 'gpt-4o:free' })
    expect(none.endpoints).toEqual([])
  })

  test('lists the endpoints of a model', async () => {
    const { data } = await router.endpoints.list({ author: 'anthropic', slug: 'claude-sonnet-4.5' })
    expect(data.endpoints).toHaveLength(1)
    expect(data.endpoints[0]).toMatchObject({
      providerName: 'Anthropic',
      tag: 'claude',
      contextLength: 200_000,
      uptimeLast1d: null,
    })
  })

  test('pages, counts, and knows what a key may use', async () => {
    const all = await ids()
    expect((await router.models.count()).data.count).toBe(all.length)
    expect(await ids({ limit: 7 })).toEqual(all)
    expect((await router.models.count({ outputModalities: 'all' })).data.count).toBeGreaterThan(all.length)
    const mine: string[] = []
    for await (const { result } of await router.models.listForUser({ bearer: smallKey }))
      mine.push(...result.data.map(({ id }) => id))
    expect(mine).toEqual(['smart', 'openai/gpt-4o', 'openai/gpt-4o-mini'])
  })

  test('lists embedding models, providers and endpoints that keep nothing', async () => {
    const embeddings: string[] = []
    for await (const { result } of await router.embeddings.listModels())
      embeddings.push(...result.data.map(({ id }) => id))
    expect(embeddings).toContain('openai/text-embedding-3-small')
    expect((await router.providers.list()).data.map(({ slug }) => slug)).toEqual(
      expect.arrayContaining(['openai', 'claude', 'own', 'demo']),
    )
    const { data } = await router.endpoints.listZdrEndpoints()
    expect(new Set(data.map(({ tag }) => tag))).toEqual(new Set(['fireworks', 'demo']))
  })

  test('filters and sorts', async () => {
    expect(await ids({ q: 'sonnet-4.5' })).toEqual(['anthropic/claude-sonnet-4.5'])
    expect(await ids({ modelAuthors: 'anthropic', providers: 'claude' })).toEqual(expect.arrayContaining(['smart']))
    const cheap = await ids({ maxPrice: 0.5, minPrice: 0.5 })
    expect(cheap).toContain('house')
    expect(cheap).not.toContain('mystery')
    const large = await ids({ context: 1_000_000 })
    expect(large).not.toContain('anthropic/claude-sonnet-4.5')
    const tools = await ids({ supportedParameters: 'tools,structured_outputs' })
    expect(tools).toContain('openai/gpt-4o')
    expect(tools).not.toContain('house')
    const sorted = await ids({ sort: 'pricing-low-to-high', providers: 'openai' })
    expect(sorted.indexOf('openai/gpt-4o-mini')).toBeLessThan(sorted.indexOf('openai/gpt-4o'))
    expect(await ids({ zdr: 'true', maxPrice: 100 })).not.toContain('openai/gpt-4o')
    expect(await ids({ category: 'programming' })).toContain('openai/gpt-4o')
  })

  test.each([
    ['min_intelligence_index=3', 'needs measurements'],
    ['region=eu', 'needs measurements'],
    ['limit=0', 'whole number from 1 to 1000'],
    ['offset=-1', 'whole number, 0 or more'],
    ['sort=best', 'must be one of'],
    ['max_price=cheap', 'must be a number'],
  ])('%s is refused, with what to do', async (query, message) => {
    const { status, text } = await get(`/api/v1/models?${query}`)
    expect(status).toBe(400)
    expect(text).toContain(message)
  })

  test('an unknown price is told as unknown, never as nothing', async () => {
    const { text } = await get('/api/v1/models?q=mystery')
    expect(asObject(asArray(asObject(JSON.parse(text))?.['data'])?.[0])?.['pricing']).toMatchObject({
      prompt: '-1',
      completion: '-1',
    })
    const { data: echo } = await router.models.get({ author: 'demo', slug: 'echo' })
    expect(echo.pricing).toMatchObject({ prompt: '0', completion: '0' })
  })

  test('as a feed', async () => {
    const { text } = await get('/api/v1/models?use_rss=true&q=claude-sonnet')
    expect(text).toStartWith('<?xml')
    expect(text).toContain('Claude Sonnet 4.5')
  })
})

describe('the other clients', () => {
  test('openai lists the same, with facts beside its own fields', async () => {
    const { data } = await new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: testKey }).models.list()
    const found = data.find(({ id }) => id === 'openai/gpt-4o')
    expect(found).toMatchObject({ object: 'model', owned_by: 'openai', context_length: 128_000, max_tokens: 16_384 })
    const overRouter = await new OpenAI({ baseURL: `${gateway.url}/api/v1`, apiKey: testKey }).models.list()
    expect(overRouter.data.length).toBeGreaterThan(10)
  })

  test('@anthropic-ai/sdk and @google/genai', async () => {
    const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: testKey })
    const names: string[] = []
    for await (const model of anthropic.models.list()) names.push(`${model.id} ${model.display_name}`)
    expect(names).toContain('anthropic/claude-sonnet-4.5 Claude Sonnet 4.5')
    const google = new GoogleGenAI({ apiKey: testKey, httpOptions: { baseUrl: gateway.url } })
    expect(await google.models.get({ model: 'smart' })).toMatchObject({
      inputTokenLimit: 200_000,
      outputTokenLimit: 64_000,
    })
  })

  test('a small key sees what it may use', async () => {
    const { text } = await get('/v1/models', smallKey)
    const data = asArray(asObject(JSON.parse(text))?.['data'])
    expect(data?.map((each) => asObject(each)?.['id'])).toEqual(['smart', 'openai/gpt-4o', 'openai/gpt-4o-mini'])
    expect((await get('/api/v1/model/openai/gpt-5', smallKey)).status).toBe(404)
    expect((await get('/api/v1/models/house/endpoints', smallKey)).status).toBe(404)
  })
})
