import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** Embeddings and reranking alone; a chat is answered by its own 404. */
export const jina: KnownProvider = defineProvider({
  id: 'jina',
  aliases: ['jina_ai'],
  name: 'Jina AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.jina.ai/v1',
  keyVariables: ['JINA_API_KEY', 'JINA_AI_API_KEY'],
  docs: 'https://api.jina.ai/redoc',
  quirks: copiesOpenAi,
  hasChat: false,
  tasks: {
    embed: { wire: 'jina-embeddings', maxBatch: 512 },
    rerank: { wire: 'jina-rerank' },
    moderate: false,
  },
})
