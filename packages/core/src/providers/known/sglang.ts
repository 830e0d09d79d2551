import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const sglang: KnownProvider = defineProvider({
  id: 'sglang',
  name: 'SGLang',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:30000/v1',
  keyVariables: [],
  docs: 'https://docs.sglang.ai/basic_usage/openai_api.html',
  quirks: copiesOpenAi,
  isLocal: true,
  tasks: {
    embed: { wire: 'openai-embeddings' },
    rerank: { wire: 'jina-rerank' },
    moderate: false,
    complete: { wire: 'text' },
  },
  server: { lists: ['models'], readyPath: '/health', ownedBy: 'sglang' },
})
