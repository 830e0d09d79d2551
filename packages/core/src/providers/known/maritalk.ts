import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const maritalk: KnownProvider = defineProvider({
  id: 'maritalk',
  name: 'Maritaca AI',
  dialect: 'openai-chat',
  baseUrl: 'https://chat.maritaca.ai/api',
  keyVariables: ['MARITALK_API_KEY'],
  docs: 'https://docs.maritaca.ai',
  quirks: copiesOpenAi,
})
