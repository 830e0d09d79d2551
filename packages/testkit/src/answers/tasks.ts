import type { Json, JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asNumber, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import type { Answer } from '../answer.ts'
import { answerJson } from '../answer.ts'
import type { ReceivedCall } from '../journal.ts'

/**
 * Plays the providers of embeddings, reranking, moderations and token counts, each at its own path and in its own
 * shape; undefined at any other path. The same text always has the same vector, and scores fall with the length of a
 * document.
 */
export function answerTask(call: ReceivedCall): Answer | undefined {
  const body = asObject(call.json) ?? {}
  const found = answers.find(([pattern]) => pattern.test(call.path))
  if (!found) return undefined
  const [, answer] = found
  return answerJson(answer(body, call.path))
}

type Write = (body: JsonObject, path: string) => Json

const answers: readonly (readonly [RegExp, Write])[] = [
  [/\/embeddings$/, writeOpenAi],
  [
    /:embedContent$/,
    (body) => ({ embedding: { values: vectorOf(textOfContent(body['content']), dimensionsOf(body)) } }),
  ],
  [/:batchEmbedContents$/, writeGeminiBatch],
  [/:predict$/, writeVertex],
  [/\/v2\/embed$/, writeCohere],
  [/\/invoke$/, writeBedrock],
  [/\/api\/embed$/, writeOllama],
  [
    /\/(?:embed|feature-extraction)$/,
    (body) => textsOf(body['inputs']).map((text) => vectorOf(text, dimensionsOf(body))),
  ],
  [/\/rerank$/, writeRanking],
  [/\/moderations$/, writeModeration],
  [/\/count_tokens$|\/input_tokens$/, () => ({ object: 'response.input_tokens', input_tokens: 42 })],
  [/:countTokens$/, () => ({ totalTokens: 42 })],
]

/** A vector for a text: numbers from -1 to 1 that float32 holds exactly. */
export function vectorOf(text: string, dimensions = 8): readonly number[] {
  let state = 2_166_136_261
  for (const letter of text) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 16_777_619)
  return Array.from({ length: dimensions }, () => {
    state = Math.imul(state ^ (state >>> 15), 2_246_822_519)
    return (state >> 8) / 2 ** 23
  })
}

/** Tokens a fake provider counts in a text. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4)
}

function dimensionsOf(body: JsonObject): number | undefined {
  const parameters = asObject(body['parameters'])
  return (
    asNumber(body['dimensions']) ??
    asNumber(body['output_dimension']) ??
    asNumber(body['outputDimensionality']) ??
    asNumber(parameters?.['outputDimensionality'])
  )
}

function textsOf(value: Json | undefined): readonly string[] {
  const only = asString(value)
  return only === undefined ? (asArray(value) ?? []).map((each) => asString(each) ?? JSON.stringify(each)) : [only]
}

function sumTokens(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + countTokens(text), 0)
}

function writeOpenAi(body: JsonObject): Json {
  const texts = textsOf(body['input'])
  const vectors = texts.map((text) => vectorOf(text, dimensionsOf(body)))
  const isPacked = body['encoding_format'] === 'base64'
  return {
    object: 'list',
    // Out of order, which `index` mends.
    data: vectors
      .map((vector, index) => ({ object: 'embedding', index, embedding: isPacked ? packed(vector) : vector }))
      .reverse(),
    model: body['model'] ?? null,
    usage: { prompt_tokens: sumTokens(texts), total_tokens: sumTokens(texts) },
  }
}

function packed(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64')
}

function textOfContent(content: Json | undefined): string {
  return asObjects(asObject(content)?.['parts'])
    .map((part) => asString(part['text']) ?? '')
    .join('')
}

function writeGeminiBatch(body: JsonObject): Json {
  const requests = asObjects(body['requests'])
  return {
    embeddings: requests.map((each) => ({ values: vectorOf(textOfContent(each['content']), dimensionsOf(each)) })),
  }
}

function writeVertex(body: JsonObject): Json {
  return {
    predictions: asObjects(body['instances']).map((instance) => {
      const text = asString(instance['content']) ?? ''
      const statistics = { truncated: false, token_count: countTokens(text) }
      return { embeddings: { statistics, values: vectorOf(text, dimensionsOf(body)) } }
    }),
  }
}

function writeCohere(body: JsonObject): Json {
  const texts = textsOf(body['texts'] ?? body['images'])
  const types = textsOf(body['embedding_types'])
  const float = texts.map((text) => vectorOf(text, dimensionsOf(body)))
  const int8 = float.map((vector) => vector.map((each) => Math.trunc(each * 127)))
  return {
    id: 'embd-fake',
    texts,
    embeddings: { ...(types.includes('float') && { float }), ...(types.includes('int8') && { int8 }) },
    meta: { api_version: { version: '2' }, billed_units: { input_tokens: sumTokens(texts) } },
    response_type: 'embeddings_by_type',
  }
}

function writeBedrock(body: JsonObject): Json {
  if (body['query'] !== undefined) return writeRanking(body, '')
  if (body['texts'] !== undefined) return writeCohere(body)
  const text = asString(body['inputText']) ?? ''
  return { embedding: vectorOf(text, dimensionsOf(body)), inputTextTokenCount: countTokens(text) }
}

function writeOllama(body: JsonObject): Json {
  const texts = textsOf(body['input'])
  const embeddings = texts.map((text) => vectorOf(text, dimensionsOf(body)))
  return { model: body['model'] ?? null, embeddings, prompt_eval_count: sumTokens(texts) }
}

function writeRanking(body: JsonObject, path: string): Json {
  const texts = textsOf(body['documents'] ?? body['texts'])
  const ranked = texts
    .map((text, index) => ({ index, relevance_score: 1 / (1 + text.length) }))
    .toSorted((a, b) => b.relevance_score - a.relevance_score)
    .slice(0, asNumber(body['top_n']) ?? asNumber(body['top_k']))
  if (body['texts'] !== undefined) return ranked.map(({ index, relevance_score: score }) => ({ index, score }))
  const total = sumTokens([asString(body['query']) ?? '', ...texts])
  if (Object.hasOwn(body, 'top_k') || Object.hasOwn(body, 'truncation')) {
    return { object: 'list', data: ranked, model: body['model'] ?? null, usage: { total_tokens: total } }
  }
  if (path.includes('/v2/')) {
    return {
      id: 'rerank-fake',
      results: ranked,
      meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
    }
  }
  const results = body['return_documents'] === true ? ranked.map((each) => withText(each, texts)) : ranked
  return { object: 'list', model: body['model'] ?? null, results, usage: { prompt_tokens: total, total_tokens: total } }
}

function withText(each: { readonly index: number; readonly relevance_score: number }, texts: readonly string[]): Json {
  return { ...each, document: { text: texts[each.index] ?? '' } }
}

/** Flags what speaks of violence. */
function writeModeration(body: JsonObject): Json {
  const { input } = body
  const isParts = asObjects(input).length > 0
  const texts = isParts
    ? [
        asObjects(input)
          .map((part) => asString(part['text']) ?? '')
          .join(' '),
      ]
    : textsOf(input)
  return {
    id: 'modr-fake',
    model: body['model'] ?? null,
    results: texts.map((text) => {
      const violence = text.includes('violence')
      return { flagged: violence, categories: { violence }, category_scores: { violence: violence ? 0.9 : 0.1 } }
    }),
  }
}
