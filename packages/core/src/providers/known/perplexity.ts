import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const perplexity: KnownProvider = defineProvider({
  id: 'perplexity',
  name: 'Perplexity',
  dialect: 'openai-chat',
  baseUrl: 'https://api.perplexity.ai',
  keyVariables: ['PERPLEXITY_API_KEY', 'PERPLEXITYAI_API_KEY'],
  docs: 'https://docs.perplexity.ai',
  // Recorded streams end without `[DONE]`. Every model searches: https://docs.perplexity.ai
  quirks: { ...copiesOpenAi, doneMarker: 'optional', webSearch: 'options' },
  // https://docs.perplexity.ai/api-reference/embeddings-post (seen 2026-11-21)
  tasks: {
    embed: { wire: 'perplexity-embeddings', path: '/v1/embeddings', maxBatch: 512 },
    rerank: false,
    moderate: false,
  },
})
