import { writeModel } from '@sluice/core/call/listing/answer-list.ts'
import { type ReachableModel, reachableModels } from '@sluice/core/call/listing/reachable-models.ts'
import type { Snapshot, VirtualKey } from '@sluice/core/call/snapshot.ts'
import type { RequestHeaders } from '../http/request-head.ts'

/** Which product's list of models a client expects. */
export type ListShape = 'superset' | 'gemini' | 'codex'

/** The shape a caller reads: Codex by its query, Google by its header or path, else OpenAI and Anthropic in one. */
export function chooseListShape(headers: RequestHeaders, query: URLSearchParams, isBeta: boolean): ListShape {
  if (query.has('client_version')) return 'codex'
  return isBeta || headers.has('x-goog-api-key') ? 'gemini' : 'superset'
}

/** All models this key may use, as JSON text. Answered from memory. */
export function listModels(key: VirtualKey, snapshot: Snapshot, shape: ListShape): string {
  const models = reachableModels(key, snapshot)
  switch (shape) {
    case 'codex':
      return JSON.stringify({ models: models.map(({ id, facts }) => ({ slug: id, display_name: facts?.name ?? id })) })
    case 'gemini':
      return JSON.stringify({ models: models.map(geminiModel) })
    case 'superset': {
      const [first, last] = [models[0]?.id ?? null, models.at(-1)?.id ?? null].map((id) => JSON.stringify(id))
      const data = models.map(writeModel).join(',')
      return `{"object":"list","data":[${data}],"has_more":false,"first_id":${first},"last_id":${last}}`
    }
  }
}

/** One model in the caller's shape. */
export function showModel(model: ReachableModel, shape: ListShape): string {
  return shape === 'gemini' ? JSON.stringify(geminiModel(model)) : writeModel(model)
}

function geminiModel({ id, facts, endpoints }: ReachableModel): object {
  const deployment = endpoints[0]?.deployment
  const input = deployment?.contextTokens ?? facts?.contextTokens
  const output = deployment?.maxOutputTokens ?? facts?.maxOutputTokens
  return {
    name: `models/${id}`,
    displayName: facts?.name ?? id,
    ...(input !== undefined && { inputTokenLimit: input }),
    ...(output !== undefined && { outputTokenLimit: output }),
    supportedGenerationMethods: facts?.kind === 'embedding' ? ['embedContent', 'batchEmbedContents'] : methodsOfChat,
  }
}

const methodsOfChat: readonly string[] = ['generateContent', 'streamGenerateContent', 'countTokens']
