import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const upstage: KnownProvider = defineProvider({
  id: 'upstage',
  name: 'Upstage',
  dialect: 'openai-chat',
  baseUrl: 'https://api.upstage.ai/v1',
  keyVariables: ['UPSTAGE_API_KEY'],
  docs: 'https://console.upstage.ai/docs',
  quirks: copiesOpenAi,
})
