import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const abliteration: KnownProvider = defineProvider({
  id: 'abliteration',
  name: 'Abliteration',
  dialect: 'openai-chat',
  baseUrl: 'https://api.abliteration.ai/v1',
  keyVariables: ['ABLITERATION_API_KEY', 'ABLIT_KEY'],
  docs: 'https://docs.abliteration.ai/models',
  quirks: copiesOpenAi,
})
