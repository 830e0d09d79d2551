import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const doubleword: KnownProvider = defineProvider({
  id: 'doubleword',
  name: 'Doubleword',
  dialect: 'openai-chat',
  baseUrl: 'https://api.doubleword.ai/v1',
  keyVariables: ['DOUBLEWORD_API_KEY'],
  docs: 'https://docs.doubleword.ai',
  quirks: copiesOpenAi,
  tasks: { embed: { wire: 'openai-embeddings' } },
})
