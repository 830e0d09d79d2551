import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const fastrouter: KnownProvider = defineProvider({
  id: 'fastrouter',
  name: 'FastRouter',
  dialect: 'openai-chat',
  baseUrl: 'https://go.fastrouter.ai/api/v1',
  keyVariables: ['FASTROUTER_API_KEY'],
  docs: 'https://docs.fastrouter.ai',
  quirks: copiesOpenAi,
})
