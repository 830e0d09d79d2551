import type { Lose } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asNumber, asObject, asObjects, asString, parseObject } from '../../ir/read.ts'
import { inputUsage } from '../sum-usage.ts'
import { badAnswer, type RelayedAnswer, type RelayQuestion, type TaskRelay, type TaskWire } from '../task.ts'
import { type RerankRequest, textOf } from './request.ts'
import { inOrder, type RankedDocument, type RerankResponse } from './response.ts'
import { cohereShape, sharedShape, voyageShape } from './shapes.ts'

/** Cohere's v2. https://docs.cohere.com/reference/rerank (seen 2026-11-21) */
export const cohereWire: TaskWire<RerankRequest, RerankResponse> = {
  id: 'cohere-rerank',
  words: 'message',
  path: () => '/rerank',
  encodeRequest: (request, model, lose) => ({
    ok: true,
    value: {
      model,
      query: request.query,
      documents: textsOf(request),
      ...(request.topN !== undefined && { top_n: request.topN }),
      ...(request.maxTokensPerDocument !== undefined && { max_tokens_per_doc: request.maxTokensPerDocument }),
      ...loseTruncation(request, lose),
    },
  }),
  decodeResponse: readResults,
  relay: (asked) => relayAs(cohereShape.id, asked),
}

/** What Jina speaks, and Together, vLLM, Infinity, llama.cpp, OpenRouter. https://api.jina.ai/openapi.json (seen 2026-11-21) */
export const jinaWire: TaskWire<RerankRequest, RerankResponse> = {
  id: 'jina-rerank',
  words: 'openai-chat',
  path: () => '/rerank',
  encodeRequest: (request, model, lose) => ({
    ok: true,
    value: {
      model,
      query: request.query,
      documents: textsOf(request),
      return_documents: false,
      ...(request.topN !== undefined && { top_n: request.topN }),
      ...loseTruncation(request, lose),
      ...loseDocumentLimit(request, lose),
    },
  }),
  decodeResponse: readResults,
  relay: ({ body, ...asked }) => (holdsObjects(body) ? undefined : relayAs(sharedShape.id, { body, ...asked })),
}

/** https://docs.voyageai.com/reference/reranker-api (seen 2026-11-21) */
export const voyageWire: TaskWire<RerankRequest, RerankResponse> = {
  id: 'voyage-rerank',
  words: 'detail',
  path: () => '/rerank',
  encodeRequest: (request, model, lose) => ({
    ok: true,
    value: {
      model,
      query: request.query,
      documents: textsOf(request),
      ...(request.topN !== undefined && { top_k: request.topN }),
      ...(request.truncates !== undefined && { truncation: request.truncates }),
      ...loseDocumentLimit(request, lose),
    },
  }),
  decodeResponse: readResults,
  relay: (asked) => relayAs(voyageShape.id, asked),
}

/** Text Embeddings Inference with a reranking model. https://huggingface.github.io/text-embeddings-inference (seen 2026-11-21) */
export const teiWire: TaskWire<RerankRequest, RerankResponse> = {
  id: 'tei-rerank',
  words: 'detail',
  path: () => '/rerank',
  encodeRequest: (request, _, lose) => ({
    ok: true,
    value: {
      query: request.query,
      texts: textsOf(request),
      ...(request.truncates !== undefined && { truncate: request.truncates }),
      ...loseDocumentLimit(request, lose),
    },
  }),
  decodeResponse: (body, request) => readResults(asArray(body) ? { results: body } : body, request),
}

/** Results under `results` or, at Voyage, `data`; scores under one of three names. */
export function readResults(body: Json, { documents, topN }: RerankRequest): Result<RerankResponse> {
  const object = asObject(body)
  const list = asArray(object?.['results']) ?? asArray(object?.['data'])
  if (!object || !list) return badAnswer("has no 'results'")
  const results: RankedDocument[] = []
  for (const [place, each] of asObjects(list).entries()) {
    const index = asNumber(each['index'])
    const score = asNumber(each['relevance_score']) ?? asNumber(each['score']) ?? asNumber(each['relevanceScore'])
    if (index === undefined || score === undefined) return badAnswer(`has no index or score in results[${place}]`)
    if (index < 0 || index >= documents.length)
      return badAnswer(`speaks of a document ${index} that was not asked about`)
    results.push({ index, score })
  }
  const id = asString(object['id'])
  const model = asString(object['model'])
  return {
    ok: true,
    value: {
      results: inOrder(results).slice(0, topN),
      usage: readUsage(object),
      ...(id !== undefined && { id }),
      ...(model !== undefined && { model }),
    },
  }
}

function readUsage(object: JsonObject): RerankResponse['usage'] {
  const usage = asObject(object['usage'])
  const meta = asObject(object['meta'])
  const tokens = asNumber(usage?.['prompt_tokens']) ?? asNumber(usage?.['total_tokens'])
  const told = asNumber(asObject(meta?.['tokens'])?.['input_tokens'])
  const searchUnits = asNumber(asObject(meta?.['billed_units'])?.['search_units'])
  return inputUsage(tokens ?? told, searchUnits)
}

/** The documents as text, which every provider takes. */
export function textsOf({ documents, rankFields }: RerankRequest): readonly string[] {
  return documents.map((document) => textOf(document, rankFields))
}

/** What has no place in this wire: told, and nothing to send. */
export function loseTruncation({ truncates }: RerankRequest, lose: Lose): JsonObject {
  if (truncates !== undefined)
    lose({ path: 'truncation', why: 'the provider deals with long documents in its own way' })
  return {}
}

/** Likewise. */
export function loseDocumentLimit({ maxTokensPerDocument }: RerankRequest, lose: Lose): JsonObject {
  if (maxTokensPerDocument !== undefined) {
    lose({ path: 'max_tokens_per_doc', why: 'the provider deals with long documents in its own way' })
  }
  return {}
}

function relayAs(own: string, { shape, body, model }: RelayQuestion): TaskRelay | undefined {
  if (shape !== own || body['rank_fields'] !== undefined) return undefined
  return {
    path: '/rerank',
    edits: { model: JSON.stringify(model) },
    read: (text) => readRelayed(text, own),
  }
}

/** Fireworks answers under `data` what it is asked in the words of those who answer under `results`. */
function readRelayed(text: string, own: string): RelayedAnswer {
  const answer = parseObject(text)
  const field = own === voyageShape.id ? 'data' : 'results'
  const list = asArray(answer?.['results']) ?? asArray(answer?.['data'])
  const usage = answer && readUsage(answer)
  if (!list) return { body: text, usage, finish: null, failure: badAnswer(`has no '${field}'`).failure }
  const body = answer?.[field] ? text : JSON.stringify({ ...answer, [field]: list })
  return { body, usage, finish: null, failure: undefined }
}

function holdsObjects(body: JsonObject): boolean {
  return asObjects(body['documents']).length > 0
}
