import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const openrouter: KnownProvider = defineProvider({
  id: 'openrouter',
  name: 'OpenRouter',
  dialect: 'openai-chat',
  baseUrl: 'https://openrouter.ai/api/v1',
  keyVariables: ['OPENROUTER_API_KEY', 'OR_API_KEY'],
  docs: 'https://openrouter.ai/docs/api-reference/overview',
  // https://openrouter.ai/docs/api-reference/overview, and what its recorded traffic shows.
  quirks: {
    reasoningControl: 'reasoning',
    replayReasoning: 'reasoning',
    cacheMarks: 'cache_control',
    allowedTools: false,
    customTools: false,
    fileUrls: true,
    assistantImages: true,
    toolCallIds: 'any',
  },
  // https://openrouter.ai/docs/api/api-reference/embeddings and /rerank (seen 2026-11-21)
  tasks: {
    embed: { wire: 'openai-embeddings' },
    rerank: { wire: 'jina-rerank' },
    moderate: false,
    complete: { wire: 'text' },
  },
})
