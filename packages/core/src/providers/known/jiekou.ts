import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const jiekou: KnownProvider = defineProvider({
  id: 'jiekou',
  name: 'Jiekou AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.jiekou.ai/openai',
  keyVariables: ['JIEKOU_API_KEY'],
  docs: 'https://docs.jiekou.ai/docs/support/quickstart',
  quirks: copiesOpenAi,
})
