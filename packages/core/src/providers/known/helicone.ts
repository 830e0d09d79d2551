import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const helicone: KnownProvider = defineProvider({
  id: 'helicone',
  name: 'Helicone AI Gateway',
  dialect: 'openai-chat',
  baseUrl: 'https://ai-gateway.helicone.ai/v1',
  keyVariables: ['HELICONE_API_KEY'],
  docs: 'https://docs.helicone.ai/gateway/overview',
  quirks: copiesOpenAi,
})
