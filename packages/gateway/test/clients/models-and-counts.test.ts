import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { answerJson } from '@sluice/testkit/answer.ts'
import { converse } from '@sluice/testkit/conversation.ts'
import OpenAI from 'openai'
import { type ClientHouse, openClientHouse } from './client-house.ts'

/** What clients ask beside an answer: which models there are, and how many tokens a request holds. */
let house: ClientHouse
let openai: OpenAI
let anthropic: Anthropic
let google: GoogleGenAI
const names = clientDialectIds.map((name) => `gpt-5-${name}`)

beforeAll(async () => {
  house = await openClientHouse()
  const { url, key } = house.target('openai-chat')
  openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
  anthropic = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 })
  google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } })
  house.provider.answerWith((call) => {
    if (call.path.endsWith('/count_tokens')) return answerJson({ input_tokens: 42 })
    if (call.path.endsWith(':countTokens')) return answerJson({ totalTokens: 42 })
    return converse()(call)
  })
})
afterAll(() => house[Symbol.asyncDispose]())

describe('models', () => {
  test('openai lists them, and shows one', async () => {
    const { data } = await openai.models.list()
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(names))
    expect(await openai.models.retrieve(names[0] ?? '')).toMatchObject({ id: names[0], object: 'model' })
  })

  test('@anthropic-ai/sdk lists them, and shows one', async () => {
    const listed: string[] = []
    for await (const { id, type } of anthropic.models.list()) if (type === 'model') listed.push(id)
    expect(listed).toEqual(expect.arrayContaining(names))
    expect(await anthropic.models.retrieve(names[0] ?? '')).toMatchObject({ id: names[0], type: 'model' })
  })

  test('@google/genai lists them, and shows one', async () => {
    const listed: (string | undefined)[] = []
    for await (const { name } of await google.models.list()) listed.push(name)
    expect(listed).toEqual(expect.arrayContaining(names.map((name) => `models/${name}`)))
    expect(await google.models.get({ model: names[0] ?? '' })).toMatchObject({ name: `models/${names[0]}` })
  })
})

describe.each([...clientDialectIds])('tokens of a request to %s', (upstream) => {
  const isCounted = upstream === 'anthropic-messages' || upstream === 'gemini'

  test('@anthropic-ai/sdk asks, and a provider that can count answers', async () => {
    const { model } = house.target(upstream)
    const messages = [{ role: 'user' as const, content: 'Hello.' }]
    const { input_tokens } = await anthropic.messages.countTokens({ model, messages })
    expect(input_tokens === 42).toBe(isCounted)
    expect(input_tokens).toBeGreaterThan(0)
  })

  test('@google/genai asks, and a provider that can count answers', async () => {
    const { totalTokens } = await google.models.countTokens({ model: house.target(upstream).model, contents: 'Hello.' })
    expect(totalTokens === 42).toBe(isCounted)
    expect(totalTokens).toBeGreaterThan(0)
  })

  test('openai asks, and a provider that can count answers', async () => {
    const { model } = house.target(upstream)
    const counted = await openai.responses.inputTokens.count({ model, input: 'Hello.' })
    expect(counted.object).toBe('response.input_tokens')
    expect(counted.input_tokens === 42).toBe(isCounted)
    expect(counted.input_tokens).toBeGreaterThan(0)
  })
})
