import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const libertai: KnownProvider = defineProvider({
  id: 'libertai',
  name: 'LibertAI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.libertai.io/v1',
  keyVariables: ['LIBERTAI_API_KEY'],
  docs: 'https://docs.libertai.io',
  quirks: copiesOpenAi,
})
