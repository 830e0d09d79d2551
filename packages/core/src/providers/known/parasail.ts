import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const parasail: KnownProvider = defineProvider({
  id: 'parasail',
  name: 'Parasail',
  dialect: 'openai-chat',
  baseUrl: 'https://api.parasail.io/v1',
  keyVariables: ['PARASAIL_API_KEY'],
  docs: 'https://docs.parasail.io',
  quirks: copiesOpenAi,
})
