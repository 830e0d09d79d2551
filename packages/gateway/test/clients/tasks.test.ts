import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { GoogleGenAI } from '@google/genai'
import { answerJson } from '@sluice/testkit/answer.ts'
import { answerTask, countTokens, vectorOf } from '@sluice/testkit/answers/tasks.ts'
import type { JournalEntry } from '@sluice/testkit/journal.ts'
import { CohereClient, CohereClientV2 } from 'cohere-ai'
import OpenAI from 'openai'
import { VoyageAIClient } from 'voyageai'
import { testKey } from '../start-test-gateway.ts'
import { embedders, openTaskHouse, rerankers, type TaskHouse } from './task-house.ts'

/** Real clients of embeddings, reranking and moderations, each against every kind of provider. */
let house: TaskHouse
let openai: OpenAI
let google: GoogleGenAI
let cohere: CohereClientV2
let cohereV1: CohereClient
let voyage: VoyageAIClient

beforeAll(async () => {
  house = await openTaskHouse()
  const { url } = house.gateway
  openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: testKey, maxRetries: 0 })
  google = new GoogleGenAI({ apiKey: testKey, httpOptions: { baseUrl: url } })
  cohere = new CohereClientV2({ environment: url, token: testKey })
  cohereV1 = new CohereClient({ environment: url, token: testKey })
  voyage = new VoyageAIClient({ environment: `${url}/v1`, apiKey: testKey })
})
afterAll(() => house[Symbol.asyncDispose]())

/** What clients asked for; servers are also asked how they are. */
const asked = (): readonly JournalEntry[] => house.provider.journal.filter(({ method }) => method === 'POST')

const texts = ['first', 'second text', 'the third of the texts']
const vectors = texts.map((text) => vectorOf(text))
const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0)

describe.each([...embedders])('vectors of %s', (model) => {
  /** Hugging Face and the fake Gemini tell no usage. */
  const isCounted = !/^huggingface|^gemini|gemini-embedding-2$/.test(model)

  test('openai', async () => {
    const { data, usage } = await openai.embeddings.create({ model, input: texts })
    expect(data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => Array.from(embedding))).toEqual(
      vectors as number[][],
    )
    if (isCounted) expect(usage.prompt_tokens).toBe(tokens)
  })

  test('openai, as plain numbers, one text', async () => {
    const { data } = await openai.embeddings.create({ model, input: 'first', encoding_format: 'float' })
    expect(data.map(({ embedding }) => embedding)).toEqual([vectorOf('first') as number[]])
  })

  test('@google/genai', async () => {
    const { embeddings } = await google.models.embedContent({
      model,
      contents: texts.map((text) => ({ parts: [{ text }] })),
    })
    expect(embeddings?.map(({ values }) => values)).toEqual(vectors as number[][])
  })

  test('cohere-ai', async () => {
    const { embeddings } = await cohere.embed({
      model,
      texts,
      inputType: 'search_document',
      embeddingTypes: ['float'],
    })
    expect(embeddings.float).toEqual(vectors as number[][])
  })

  test('cohere-ai, the first version', async () => {
    const answer = await cohereV1.embed({ model, texts, inputType: 'search_query' })
    expect(answer.embeddings).toEqual(vectors as number[][])
  })

  test('voyageai', async () => {
    const { data } = await voyage.embed({ model, input: texts, inputType: 'document' })
    const sorted = data?.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0))
    expect(sorted?.map(({ embedding }) => embedding)).toEqual(vectors as number[][])
  })
})

describe.each([...rerankers])('the order of %s', (model) => {
  const query = 'Which is short?'
  const best = [0, 1, 2]

  test('cohere-ai', async () => {
    const { results } = await cohere.rerank({ model, query, documents: texts })
    expect(results.map(({ index }) => index)).toEqual(best)
    expect(results[0]?.relevanceScore).toBeCloseTo(1 / 6)
  })

  test('cohere-ai, the first version, with its documents', async () => {
    const { results } = await cohereV1.rerank({ model, query, documents: texts, topN: 2, returnDocuments: true })
    expect(results.map(({ index, document }) => [index, document?.text])).toEqual([
      [0, 'first'],
      [1, 'second text'],
    ])
  })

  test('voyageai', async () => {
    const { data } = await voyage.rerank({ model, query, documents: texts, topK: 2 })
    expect(data?.map(({ index }) => index)).toEqual([0, 1])
  })
})

describe.each(['openai/m', 'mistral/m'])('the verdict of %s', (model) => {
  test('openai', async () => {
    const { results } = await openai.moderations.create({ model, input: ['peace', 'violence'] })
    expect(results.map(({ flagged }) => flagged)).toEqual([false, true])
  })
})

test('openai moderates without naming a model', async () => {
  const { model } = await openai.moderations.create({ input: 'peace' })
  expect(model).toBe('omni-moderation-latest')
})

test('a provider without the task is no place to ask', async () => {
  const asked = openai.embeddings.create({ model: 'claude/m', input: 'x' })
  expect(await asked.catch((error: unknown) => error)).toMatchObject({ status: 400, code: 'unsupported_task' })
})

test('each provider is asked at its own place', () => {
  const paths = new Set(asked().map(({ path }) => path))
  expect([...paths].toSorted()).toEqual([
    '/api/embed',
    '/hf-inference/models/org/m/pipeline/feature-extraction',
    '/model/amazon.rerank-v1%3A0/invoke',
    '/model/amazon.titan-embed-text-v2%3A0/invoke',
    '/model/cohere.embed-v4%3A0/invoke',
    '/model/cohere.rerank-v3-5%3A0/invoke',
    '/openai/deployments/m/embeddings',
    '/rerank',
    '/v1/embeddings',
    '/v1/moderations',
    '/v1/rerank',
    '/v1beta/models/m:batchEmbedContents',
    '/v1beta/models/m:embedContent',
    '/v1beta1/projects/p-1/locations/global/publishers/google/models/gemini-embedding-001:predict',
    '/v1beta1/projects/p-1/locations/global/publishers/google/models/gemini-embedding-2:embedContent',
    '/v1beta1/projects/p-1/locations/global/publishers/google/models/text-embedding-005:predict',
    '/v2/embed',
    '/v2/rerank',
  ])
})

describe('more than a provider takes at once', () => {
  const many = Array.from({ length: 250 }, (_, index) => `text ${index}`)

  test.each(['gemini/m', 'tei/m', 'cohere/m', 'mistral/m', 'vertex/gemini-embedding-001'])(
    '%s is asked in pieces, and the answer is whole and in order',
    async (model) => {
      const before = asked().length
      const { data } = await openai.embeddings.create({ model, input: many, dimensions: 4 })
      expect(data.map(({ embedding }) => Array.from(embedding))).toEqual(
        many.map((text) => vectorOf(text, 4) as number[]),
      )
      const pieces = asked().slice(before)
      const mostAtOnce = { gemini: 100, tei: 32, cohere: 96, mistral: 128, vertex: 1 }[model.split('/')[0] ?? ''] ?? 0
      expect(pieces).toHaveLength(Math.ceil(250 / mostAtOnce))
      expect(house.provider.mostOpenCalls).toBeLessThanOrEqual(8)
    },
  )

  test('usage is the sum of the pieces', async () => {
    const { usage } = await openai.embeddings.create({ model: 'mistral/m', input: many })
    expect(usage.total_tokens).toBe(many.reduce((sum, text) => sum + countTokens(text), 0))
  })

  test('a piece that fails fails the call', async () => {
    house.provider.answerWith((call) =>
      call.body.includes('"text 200"')
        ? answerJson({ error: { message: 'no room', code: 'full' } }, { status: 429 })
        : (answerTask(call) ?? answerJson({}, { status: 404 })),
    )
    const call = openai.embeddings.create({ model: 'tei/m', input: many })
    expect(await call.catch((error: unknown) => error)).toMatchObject({ status: 429, code: 'full' })
    await house.provider.until(({ openCalls }) => openCalls === 0)
    house.provider.answerWith((call) => answerTask(call) ?? answerJson({}, { status: 404 }))
  })
})

describe('a key nobody knows', () => {
  test('is told to each client in its own words', async () => {
    const { url } = house.gateway
    const stranger = { environment: url, token: 'sl-nobody' }
    const failed = await Promise.all([
      new CohereClientV2(stranger)
        .rerank({ model: 'm', query: 'q', documents: ['d'] })
        .catch((error: unknown) => error),
      new OpenAI({ baseURL: `${url}/v1`, apiKey: 'sl-nobody' }).embeddings
        .create({ model: 'm', input: 'x' })
        .catch((error: unknown) => error),
    ])
    expect(failed[0]).toMatchObject({ statusCode: 401, body: { message: expect.stringContaining('API key') } })
    expect(failed[1]).toMatchObject({ status: 401, code: 'invalid_api_key' })
  })
})
