import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const berget: KnownProvider = defineProvider({
  id: 'berget',
  name: 'Berget AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.berget.ai/v1',
  keyVariables: ['BERGET_API_KEY'],
  docs: 'https://api.berget.ai',
  quirks: copiesOpenAi,
})
