import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const llmgateway: KnownProvider = defineProvider({
  id: 'llmgateway',
  name: 'LLM Gateway',
  dialect: 'openai-chat',
  baseUrl: 'https://api.llmgateway.io/v1',
  keyVariables: ['LLMGATEWAY_API_KEY'],
  docs: 'https://llmgateway.io/docs',
  quirks: copiesOpenAi,
})
