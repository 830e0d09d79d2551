import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const morph: KnownProvider = defineProvider({
  id: 'morph',
  name: 'Morph',
  dialect: 'openai-chat',
  baseUrl: 'https://api.morphllm.com/v1',
  keyVariables: ['MORPH_API_KEY'],
  docs: 'https://docs.morphllm.com/api-reference/introduction',
  quirks: copiesOpenAi,
})
