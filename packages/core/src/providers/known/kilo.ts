import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const kilo: KnownProvider = defineProvider({
  id: 'kilo',
  name: 'Kilo Gateway',
  dialect: 'openai-chat',
  baseUrl: 'https://api.kilo.ai/api/gateway',
  keyVariables: ['KILO_API_KEY'],
  docs: 'https://kilo.ai/docs',
  quirks: copiesOpenAi,
})
