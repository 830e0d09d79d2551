import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const inception: KnownProvider = defineProvider({
  id: 'inception',
  name: 'Inception Labs',
  dialect: 'openai-chat',
  baseUrl: 'https://api.inceptionlabs.ai/v1',
  keyVariables: ['INCEPTION_API_KEY'],
  docs: 'https://docs.inceptionlabs.ai',
  quirks: copiesOpenAi,
})
