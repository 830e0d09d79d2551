import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const xai: KnownProvider = defineProvider({
  id: 'xai',
  name: 'xAI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.x.ai/v1',
  keyVariables: ['XAI_API_KEY'],
  docs: 'https://docs.x.ai/docs/api-reference',
  quirks: copiesOpenAi,
  tasks: { embed: false, rerank: false, moderate: false },
})
