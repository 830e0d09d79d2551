import type { DialectId } from '@sluice/core/ir/dialect-id.ts'
import type { KnownProvider } from '@sluice/core/providers/provider.ts'
import { addressOf } from '@sluice/core/tasks/registry.ts'
import type { Recording } from '../../recordings.ts'

/** What a provider can be asked for through the gateway, in the order of the page's columns. */
export type EndpointId = 'chat' | 'embeddings' | 'rerank' | 'moderations' | 'completions' | 'count' | 'pass-through'

/** The endpoint a recorded exchange is of, besides being passed through; undefined for what is that alone. */
export function endpointOf({ operation, dialect, model, request }: Recording): EndpointId | undefined {
  if (dialect !== undefined) return 'chat'
  // Reports about usage are recorded under the operations they are about.
  if (request.method === 'GET') return undefined
  if (operation === 'invoke') return /embed/.test(model) ? 'embeddings' : /rerank/.test(model) ? 'rerank' : undefined
  return ofOperation.get(operation)
}

const ofOperation: ReadonlyMap<string, EndpointId> = new Map([
  ['embeddings', 'embeddings'],
  ['predict', 'embeddings'],
  ['rerank', 'rerank'],
  ['moderations', 'moderations'],
  ['completions', 'completions'],
  ['count_tokens', 'count'],
  ['messages.count_tokens', 'count'],
  ['responses.input_tokens', 'count'],
])

/** Every endpoint's id. */
export const endpointIds: readonly EndpointId[] = [
  ...(['chat', 'embeddings', 'rerank', 'moderations'] as const),
  ...(['completions', 'count', 'pass-through'] as const),
]

/**
 * Whether a provider has an endpoint: `told` by its file, `usual` for its dialect and asked for in that house's way
 * without anybody having said that it answers, or `none`.
 */
export type Offer = 'told' | 'usual' | 'none'

/** What a provider's file says of an endpoint. */
export function offerOf(provider: KnownProvider, endpoint: EndpointId): Offer {
  const { tasks = {}, hasChat, dialect, id } = provider
  switch (endpoint) {
    case 'chat':
      return hasChat === false ? 'none' : 'told'
    case 'embeddings':
      return taskOffer(provider, 'embed')
    case 'rerank':
      return taskOffer(provider, 'rerank')
    case 'moderations':
      return taskOffer(provider, 'moderate')
    case 'completions':
      return tasks.complete || tasks.fill ? 'told' : 'none'
    case 'count':
      if (tasks.count !== undefined) return tasks.count === false ? 'none' : 'told'
      if (!counting.has(dialect)) return 'none'
      return id === houses[dialect] ? 'told' : 'usual'
    case 'pass-through':
      return 'told'
    default:
      return endpoint satisfies never
  }
}

function taskOffer(provider: KnownProvider, task: 'embed' | 'rerank' | 'moderate'): Offer {
  if (provider.tasks?.[task]) return 'told'
  if (!addressOf(task, provider)) return 'none'
  return provider.id === houses[provider.dialect] ? 'told' : 'usual'
}

/** Dialects whose houses count; Bedrock does for some models. */
const counting: ReadonlySet<DialectId> = new Set(['anthropic-messages', 'gemini', 'bedrock-converse'])

/** Whose way a dialect's is: what is usual in it is said of this provider. */
const houses: Readonly<Record<DialectId, string>> = {
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  'anthropic-messages': 'anthropic',
  gemini: 'gemini',
  'bedrock-converse': 'bedrock',
  cohere: 'cohere',
  ollama: 'ollama-native',
}
