import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/**
 * Its own API, which keeps what its OpenAI-compatible address at `/compatibility/v1` drops: citations, thinking,
 * documents and what is billed.
 */
export const cohere: KnownProvider = defineProvider({
  id: 'cohere',
  aliases: ['cohere_chat'],
  name: 'Cohere',
  dialect: 'cohere',
  baseUrl: 'https://api.cohere.com/v2',
  keyVariables: ['COHERE_API_KEY', 'CO_API_KEY'],
  docs: 'https://docs.cohere.com/v2/reference/chat',
  tasks: { embed: { wire: 'cohere-embed', maxBatch: 96 }, rerank: { wire: 'cohere-rerank' } },
})
