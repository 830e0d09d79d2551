import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const mixlayer: KnownProvider = defineProvider({
  id: 'mixlayer',
  name: 'Mixlayer',
  dialect: 'openai-chat',
  baseUrl: 'https://models.mixlayer.ai/v1',
  keyVariables: ['MIXLAYER_API_KEY'],
  docs: 'https://docs.mixlayer.com',
  quirks: copiesOpenAi,
})
