import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const crof: KnownProvider = defineProvider({
  id: 'crof',
  name: 'CrofAI',
  dialect: 'openai-chat',
  baseUrl: 'https://crof.ai/v1',
  keyVariables: ['CROF_API_KEY'],
  docs: 'https://crof.ai/docs',
  quirks: copiesOpenAi,
})
