import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const avian: KnownProvider = defineProvider({
  id: 'avian',
  name: 'Avian',
  dialect: 'openai-chat',
  baseUrl: 'https://api.avian.io/v1',
  keyVariables: ['AVIAN_API_KEY'],
  docs: 'https://docs.avian.io',
  quirks: copiesOpenAi,
})
