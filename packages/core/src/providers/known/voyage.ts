import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** Embeddings and reranking alone; a chat is answered by its own 404. */
export const voyage: KnownProvider = defineProvider({
  id: 'voyage',
  aliases: ['voyageai'],
  name: 'Voyage AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.voyageai.com/v1',
  keyVariables: ['VOYAGE_API_KEY', 'VOYAGE_AI_API_KEY'],
  docs: 'https://docs.voyageai.com/reference/embeddings-api',
  quirks: copiesOpenAi,
  hasChat: false,
  tasks: {
    embed: { wire: 'voyage-embeddings', maxBatch: 1000 },
    rerank: { wire: 'voyage-rerank' },
    moderate: false,
  },
})
