import type { Lose, WireRequest } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject, RequestReader } from '../../ir/read.ts'
import type { AnswerOptions, TaskShape } from '../task.ts'
import { type RerankDocument, type RerankRequest, textOf } from './request.ts'
import type { RankedDocument, RerankResponse } from './response.ts'

/** `POST /v2/rerank` of Cohere: never repeats a document. https://docs.cohere.com/reference/rerank (seen 2026-11-21) */
export const cohereShape: TaskShape<RerankRequest, RerankResponse> = {
  id: 'cohere-v2-rerank',
  words: 'message',
  decodeRequest,
  encodeResponse: (response, options) => ({
    id: response.id ?? options.context.newId('rerank-'),
    results: response.results.map(({ index, score }) => ({ index, relevance_score: score })),
    meta: writeMeta(response, '2'),
  }),
}

/**
 * `POST /v1/rerank`, which Cohere's first version and Jina share, and with them Together, vLLM, Infinity and others.
 * The answer has the fields of both. Where the client does not say, Jina repeats the documents and Cohere does not: the
 * longer answer is the one that lacks nothing. https://jina.ai/reranker (seen 2026-11-21)
 */
export const sharedShape: TaskShape<RerankRequest, RerankResponse> = {
  id: 'rerank',
  words: 'message',
  decodeRequest,
  encodeResponse: (response, options) => ({
    id: response.id ?? options.context.newId('rerank-'),
    object: 'list',
    model: response.model ?? options.model,
    results: response.results.map((each) => writeRanked(each, options, options.request.returnsDocuments !== false)),
    meta: writeMeta(response, '1'),
    ...writeUsage(response),
  }),
}

/** `POST /v1/rerank` as Voyage has it. https://docs.voyageai.com/reference/reranker-api (seen 2026-11-21) */
export const voyageShape: TaskShape<RerankRequest, RerankResponse> = {
  id: 'voyage-rerank',
  words: 'detail',
  decodeRequest,
  encodeResponse: (response, options, lose) => {
    const total = response.usage?.input
    if (total === undefined) lose({ path: 'usage', why: 'the provider does not tell how many tokens it read' })
    return {
      object: 'list',
      data: response.results.map(({ index, score }) => ({
        index,
        relevance_score: score,
        ...(options.request.returnsDocuments === true && { document: textAt(index, options) }),
      })),
      model: response.model ?? options.model,
      usage: { total_tokens: total ?? 0 },
    }
  },
}

/** A body at the path that all of them share is Voyage's when it has one of Voyage's own fields. */
export function isVoyage(body: JsonObject): boolean {
  return Object.hasOwn(body, 'top_k') || Object.hasOwn(body, 'truncation')
}

function decodeRequest({ body }: WireRequest, lose: Lose): Result<RerankRequest> {
  const reader = new RequestReader()
  const topN = reader.count(body, 'top_n', 1) ?? reader.count(body, 'top_k', 1)
  const returnsDocuments = reader.boolean(body, 'return_documents')
  const rankFields = reader.strings(body, 'rank_fields')
  const maxTokensPerDocument = reader.count(body, 'max_tokens_per_doc', 1)
  const truncates = reader.boolean(body, 'truncation')
  for (const [key, value] of Object.entries(body)) {
    if (!fieldNames.has(key) && value !== null) lose({ path: key, why: 'not a field of any rerank API known here' })
  }
  if (typeof body['max_chunks_per_doc'] === 'number') {
    lose({ path: 'max_chunks_per_doc', why: 'a limit of the first version of Cohere alone' })
  }
  return reader.result({
    query: reader.requiredString(body, 'query'),
    documents: readDocuments(body, reader),
    ...(topN !== undefined && { topN }),
    ...(returnsDocuments !== undefined && { returnsDocuments }),
    ...(rankFields && { rankFields }),
    ...(maxTokensPerDocument !== undefined && { maxTokensPerDocument }),
    ...(truncates !== undefined && { truncates }),
  })
}

const fieldNames: ReadonlySet<string> = new Set([
  ...['model', 'query', 'documents', 'top_n', 'top_k', 'return_documents', 'rank_fields'],
  ...['max_tokens_per_doc', 'max_chunks_per_doc', 'truncation'],
])

function readDocuments(body: JsonObject, reader: RequestReader): readonly RerankDocument[] {
  const list = reader.array(body, 'documents')
  if (!list || list.length === 0) reader.fail('documents', "'documents' must be a list that is not empty.")
  return (list ?? []).map((each, index) => {
    if (typeof each === 'string') return each
    const object = asObject(each)
    if (!object) reader.fail(`documents[${index}]`, `'documents[${index}]' must be a string or an object.`)
    return object ?? ''
  })
}

function writeRanked(
  { index, score }: RankedDocument,
  { request }: AnswerOptions<RerankRequest>,
  isRepeated: boolean,
): JsonObject {
  const document = request.documents[index]
  const repeated = typeof document === 'string' ? { text: document } : document
  return { index, relevance_score: score, ...(isRepeated && repeated && { document: repeated }) }
}

function textAt(index: number, { request }: AnswerOptions<RerankRequest>): string {
  return textOf(request.documents[index] ?? '', request.rankFields)
}

/** Cohere's search units, and tokens, where they are known; nothing is made up. */
function writeMeta({ usage }: RerankResponse, version: string): JsonObject {
  const searchUnits = usage?.searchUnits
  return {
    api_version: { version },
    ...(searchUnits !== undefined && { billed_units: { search_units: searchUnits } }),
    ...(usage?.input !== undefined && { tokens: { input_tokens: usage.input } }),
  }
}

function writeUsage({ usage }: RerankResponse): JsonObject {
  if (usage?.input === undefined) return {}
  return { usage: { prompt_tokens: usage.input, total_tokens: usage.input } }
}
