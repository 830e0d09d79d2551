import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const inceptron: KnownProvider = defineProvider({
  id: 'inceptron',
  name: 'Inceptron',
  dialect: 'openai-chat',
  baseUrl: 'https://api.inceptron.io/v1',
  keyVariables: ['INCEPTRON_API_KEY'],
  docs: 'https://docs.inceptron.io',
  quirks: copiesOpenAi,
})
