import type { Json } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import { modelSegment } from '../model-path.ts'
import type { TaskWire } from '../task.ts'
import type { RerankRequest } from './request.ts'
import type { RerankResponse } from './response.ts'
import { loseDocumentLimit, loseTruncation, readResults, textsOf } from './wires.ts'

/**
 * Bedrock's InvokeModel: Cohere's body for the second version of its API, and Amazon's own, which is the same without
 * the version. https://docs.aws.amazon.com/bedrock/latest/userguide/rerank-supported.html (seen 2026-11-21)
 */
export const bedrockWire: TaskWire<RerankRequest, RerankResponse> = {
  id: 'bedrock-invoke',
  words: 'message',
  path: (model) => `/model/${modelSegment(model)}/invoke`,
  encodeRequest(request, model, lose) {
    const isCohere = /(?:^|[./])cohere\./.test(model)
    const limit = request.maxTokensPerDocument
    return {
      ok: true,
      value: {
        query: request.query,
        documents: textsOf(request),
        ...(isCohere && { api_version: 2 }),
        ...(request.topN !== undefined && { top_n: request.topN }),
        ...(isCohere && limit !== undefined ? { max_tokens_per_doc: limit } : loseDocumentLimit(request, lose)),
        ...loseTruncation(request, lose),
      },
    }
  },
  decodeResponse: readResults,
}

/**
 * The Rerank action of Bedrock's agent runtime, an address of its own.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html (seen 2026-11-21)
 */
export const bedrockAgentWire: TaskWire<RerankRequest, RerankResponse> = {
  id: 'bedrock-agent',
  words: 'message',
  path: () => '/rerank',
  encodeRequest: (request, model, lose) => ({
    ok: true,
    value: {
      queries: [{ type: 'TEXT', textQuery: { text: request.query } }],
      sources: textsOf(request).map((text) => ({
        type: 'INLINE',
        inlineDocumentSource: { type: 'TEXT', textDocument: { text } },
      })),
      rerankingConfiguration: {
        type: 'BEDROCK_RERANKING_MODEL',
        bedrockRerankingConfiguration: {
          modelConfiguration: { modelArn: model },
          numberOfResults: request.topN ?? request.documents.length,
        },
      },
      ...loseDocumentLimit(request, lose),
      ...loseTruncation(request, lose),
    },
  }),
  decodeResponse: (body: Json, request) => readResults(asObject(body) ?? {}, request),
}
