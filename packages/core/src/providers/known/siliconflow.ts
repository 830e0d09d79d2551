import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const siliconflow: KnownProvider = defineProvider({
  id: 'siliconflow',
  name: 'SiliconFlow',
  dialect: 'openai-chat',
  baseUrl: 'https://api.siliconflow.com/v1',
  keyVariables: ['SILICONFLOW_API_KEY'],
  docs: 'https://docs.siliconflow.com',
  quirks: copiesOpenAi,
  tasks: {
    embed: { wire: 'openai-embeddings' },
    rerank: { wire: 'jina-rerank' },
    moderate: false,
    complete: { wire: 'text' },
  },
})
