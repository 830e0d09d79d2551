import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const sambanova: KnownProvider = defineProvider({
  id: 'sambanova',
  name: 'SambaNova',
  dialect: 'openai-chat',
  baseUrl: 'https://api.sambanova.ai/v1',
  keyVariables: ['SAMBANOVA_API_KEY'],
  docs: 'https://docs.sambanova.ai',
  quirks: copiesOpenAi,
})
