import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const together: KnownProvider = defineProvider({
  id: 'together',
  aliases: ['together_ai'],
  name: 'Together AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.together.xyz/v1',
  keyVariables: ['TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY', 'TOGETHERAI_API_KEY', 'TOGETHER_AI_TOKEN'],
  docs: 'https://docs.together.ai/reference/chat-completions-1',
  quirks: copiesOpenAi,
  tasks: {
    embed: { wire: 'openai-embeddings' },
    rerank: { wire: 'jina-rerank' },
    moderate: false,
    complete: { wire: 'text' },
  },
})
