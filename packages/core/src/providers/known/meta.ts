import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const meta: KnownProvider = defineProvider({
  id: 'meta',
  name: 'Meta AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.meta.ai/v1',
  keyVariables: ['META_API_KEY'],
  docs: 'https://ai.meta.com',
  quirks: copiesOpenAi,
})
