import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const mistral: KnownProvider = defineProvider({
  id: 'mistral',
  name: 'Mistral AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.mistral.ai/v1',
  keyVariables: ['MISTRAL_API_KEY'],
  docs: 'https://docs.mistral.ai/api',
})
