import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { GoogleGenAI } from '@google/genai'
import { countTokens, vectorOf } from '@sluice/testkit/answers/tasks.ts'
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

const texts = ['first', 'second text', 'the third of the texts']
const vectors = texts.map((text) => vectorOf(text))
const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0)

describe.each([...embedders])('vectors of %s', (model) => {
  /** Hugging Face and the batches of Gemini tell no usage. */
  const isCounted =
    !model.startsWith('huggingface') && !model.startsWith('gemini') && !model.startsWith('bedrock/cohere')

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
    const { embeddings } = await google.models.embedContent({ model, contents: texts })
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
