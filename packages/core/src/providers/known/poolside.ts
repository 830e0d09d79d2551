import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const poolside: KnownProvider = defineProvider({
  id: 'poolside',
  name: 'Poolside',
  dialect: 'openai-chat',
  baseUrl: 'https://inference.poolside.ai/v1',
  keyVariables: ['POOLSIDE_API_KEY'],
  docs: 'https://platform.poolside.ai',
  quirks: copiesOpenAi,
})
