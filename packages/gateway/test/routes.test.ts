import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { asObject, asObjects } from '@sluice/core/ir/read.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { answerTask } from '@sluice/testkit/answers/tasks.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { routes } from '../src/server/route-table.ts'
import { oneProviderPerDialect } from './ask.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/** Every route under every prefix clients put before it, and the lists of models in every client's shape. */
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({
    answer: (call) => answerTask(call) ?? sayText(call.dialect ?? 'openai-chat', 'ok'),
  })
  gateway = await startTestGateway(
    `${oneProviderPerDialect(provider.url)}models:
  smart: [ { provider: anthropic-messages, model: claude } ]
  org/fast: [ { provider: openai-chat, model: gpt } ]`,
  )
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

const bearer = { authorization: `Bearer ${testKey}` }
const messages = [{ role: 'user', content: 'Hello.' }]
const content = { role: 'user', parts: [{ text: 'Hello.' }] }
const contents = [content]

const bodies: Readonly<Record<string, object>> = {
  '/chat/completions': { model: 'smart', messages },
  '/completions': { model: 'smart', prompt: 'Hello.' },
  '/beta/completions': { model: 'smart', prompt: 'Hello.' },
  '/fim/completions': { model: 'smart', prompt: 'Hello.' },
  '/openai/deployments/{model}/completions': { prompt: 'Hello.' },
  '/responses': { model: 'smart', input: 'Hello.' },
  '/messages': { model: 'smart', max_tokens: 9, messages },
  '/messages/count_tokens': { model: 'org/fast', messages },
  '/openai/deployments/{model}/chat/completions': { messages },
  '/responses/input_tokens': { model: 'smart', input: 'Hello.' },
  '/embeddings': { model: 'org/fast', input: 'Hello.' },
  '/openai/deployments/{model}/embeddings': { input: 'Hello.' },
  '/models/{model}:embedContent': { content },
  '/models/{model}:batchEmbedContents': { requests: [{ content }] },
  '/embed': { model: 'org/fast', texts: ['Hello.'] },
  '/v2/embed': { model: 'org/fast', texts: ['Hello.'] },
  '/rerank': { model: 'org/fast', query: 'Hello?', documents: ['Hello.'] },
  '/v2/rerank': { model: 'org/fast', query: 'Hello?', documents: ['Hello.'] },
  '/moderations': { model: 'org/fast', input: 'Hello.' },
}

/** Whoever speaks Anthropic's dialect has no embeddings. */
function modelFor(path: string): string {
  return path.toLowerCase().includes('embed') ? 'org/fast' : 'smart'
}

const calls = routes.filter(({ method, path }) => method === 'POST' && !path.startsWith('/{model}:'))

describe.each(['', '/v1', '/v1/v1', '/api/v1', '/api/v1/v1'])('under %p', (prefix) => {
  test.each(calls.map(({ path }) => path))('%s answers', async (path) => {
    const url = gateway.url + prefix + path.replace('{model}', modelFor(path))
    const body = JSON.stringify(bodies[path] ?? { contents })
    const response = await fetch(url, { method: 'POST', headers: bearer, body })
    expect([path, response.status]).toEqual([path, 200])
    await response.text()
  })

  test('models are listed and shown', async () => {
    const list = await fetch(`${gateway.url}${prefix}/models`, { headers: bearer })
    expect(asObjects(asObject(await list.json())?.['data']).map(({ id }) => id)).toContain('smart')
    for (const name of ['smart', 'org/fast', 'org%2Ffast', 'openai-chat/anything']) {
      const shown = await fetch(`${gateway.url}${prefix}/models/${name}`, { headers: bearer })
      expect([name, shown.status]).toEqual([name, 200])
      expect(asObject(await shown.json())?.['id']).toBe(decodeURIComponent(name))
    }
    expect((await fetch(`${gateway.url}${prefix}/models/nothing`, { headers: bearer })).status).toBe(404)
  })
})

test.each(['/v1beta', '/v1', ''])('Gemini under %p, whole and streamed in both framings', async (prefix) => {
  for (const [verb, first] of [
    ['generateContent', '{'],
    ['streamGenerateContent', '['],
    ['streamGenerateContent?alt=sse', 'data: '],
    ['countTokens', '{'],
  ]) {
    for (const model of ['smart', 'org/fast', 'org%2Ffast']) {
      const url = `${gateway.url}${prefix}/models/${model}:${verb}`
      const response = await fetch(url, { method: 'POST', headers: bearer, body: JSON.stringify({ contents }) })
      expect([url, response.status]).toEqual([url, 200])
      expect((await response.text()).startsWith(first ?? '')).toBe(true)
    }
  }
})

describe('the list of models', () => {
  const get = async (path: string, headers: Record<string, string> = bearer): Promise<unknown> =>
    (await fetch(gateway.url + path, { headers })).json()

  test('for OpenAI and Anthropic is one superset', async () => {
    const expected = {
      object: 'list',
      data: [
        { id: 'smart', object: 'model', type: 'model', display_name: 'smart', owned_by: 'anthropic-messages' },
        { id: 'org/fast', object: 'model', type: 'model', display_name: 'org/fast', owned_by: 'openai-chat' },
        { id: 'demo/echo' },
      ],
      has_more: false,
      first_id: 'smart',
      last_id: 'demo/echo',
    }
    expect(await get('/v1/models')).toMatchObject(expected)
    const anthropic = { 'x-api-key': testKey, 'anthropic-version': '2023-06-01' }
    expect(await get('/v1/models?limit=1000', anthropic)).toMatchObject(expected)
    expect(await get('/v1/models/smart')).toMatchObject(expected.data[0] ?? {})
  })

  test('for Google has its names', async () => {
    const smart = { name: 'models/smart', displayName: 'smart', supportedGenerationMethods: expect.any(Array) }
    for (const path of ['/v1beta/models', '/v1beta/models?pageSize=50'])
      expect(asObjects(asObject(await get(path))?.['models'])[0]).toMatchObject(smart)
    const google = { 'x-goog-api-key': testKey }
    expect(asObjects(asObject(await get('/v1/models', google))?.['models'])[0]).toMatchObject(smart)
    expect(await get('/v1beta/models/smart')).toMatchObject(smart)
  })

  test('for Codex has slugs', async () => {
    const list = asObjects(asObject(await get('/v1/models?client_version=0.169.0'))?.['models'])
    expect(list[0]).toMatchObject({ slug: 'smart', display_name: 'smart' })
  })

  test('is for callers with a key', async () => {
    for (const path of ['/v1/models', '/v1beta/models', '/v1/models/smart'])
      expect((await fetch(gateway.url + path)).status).toBe(401)
  })
})

test('what anybody may ask', async () => {
  expect((await fetch(`${gateway.url}/api/hello`, { method: 'HEAD' })).status).toBe(200)
  expect((await fetch(`${gateway.url}/api/hello`)).status).toBe(200)
  expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200)
  expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200)
})

test("Claude Code's query and headers go on to a provider of its dialect, and to no other", async () => {
  const headers = { ...bearer, 'anthropic-beta': 'a-2025-01-01,b-2025-01-01', 'anthropic-version': '2023-06-01' }
  for (const [model, isSame] of [
    ['smart', true],
    ['org/fast', false],
  ] as const) {
    const body = JSON.stringify({ model, max_tokens: 9, messages, context_management: { edits: [] } })
    const url = `${gateway.url}/v1/messages?beta=true`
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200)
    const sent = provider.journal.at(-1)
    expect(sent?.query.get('beta')).toBe(isSame ? 'true' : null)
    expect(sent?.headers['anthropic-beta']).toBe(isSame ? headers['anthropic-beta'] : undefined)
    expect(sent?.body.includes('context_management')).toBe(isSame)
  }
})
