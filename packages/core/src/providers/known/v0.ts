import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const v0: KnownProvider = defineProvider({
  id: 'v0',
  name: 'Vercel v0',
  dialect: 'openai-chat',
  baseUrl: 'https://api.v0.dev/v1',
  keyVariables: ['V0_API_KEY'],
  docs: 'https://v0.dev/docs/api/model',
  quirks: copiesOpenAi,
})
