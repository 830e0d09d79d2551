import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const cortecs: KnownProvider = defineProvider({
  id: 'cortecs',
  name: 'Cortecs',
  dialect: 'openai-chat',
  baseUrl: 'https://api.cortecs.ai/v1',
  keyVariables: ['CORTECS_API_KEY'],
  docs: 'https://docs.cortecs.ai',
  quirks: copiesOpenAi,
})
