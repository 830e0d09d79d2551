import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const cognition: KnownProvider = defineProvider({
  id: 'cognition',
  name: 'Cognition',
  dialect: 'openai-chat',
  baseUrl: 'https://api.cognition.ai/v1',
  keyVariables: ['COGNITION_API_KEY'],
  docs: 'https://docs.cognition.ai',
  quirks: copiesOpenAi,
})
