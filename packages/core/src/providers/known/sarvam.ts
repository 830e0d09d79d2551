import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const sarvam: KnownProvider = defineProvider({
  id: 'sarvam',
  name: 'Sarvam AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.sarvam.ai/v1',
  keyVariables: ['SARVAM_API_KEY'],
  docs: 'https://docs.sarvam.ai/api-reference-docs',
  quirks: copiesOpenAi,
})
