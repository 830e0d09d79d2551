import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const hyperbolic: KnownProvider = defineProvider({
  id: 'hyperbolic',
  name: 'Hyperbolic',
  dialect: 'openai-chat',
  baseUrl: 'https://api.hyperbolic.xyz/v1',
  keyVariables: ['HYPERBOLIC_API_KEY'],
  docs: 'https://docs.hyperbolic.xyz',
  quirks: copiesOpenAi,
})
