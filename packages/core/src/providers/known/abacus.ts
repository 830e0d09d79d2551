import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const abacus: KnownProvider = defineProvider({
  id: 'abacus',
  name: 'Abacus RouteLLM',
  dialect: 'openai-chat',
  baseUrl: 'https://routellm.abacus.ai/v1',
  keyVariables: ['ABACUS_API_KEY'],
  docs: 'https://abacus.ai/help/api',
  quirks: copiesOpenAi,
})
