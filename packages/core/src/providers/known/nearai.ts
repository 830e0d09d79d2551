import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const nearai: KnownProvider = defineProvider({
  id: 'nearai',
  name: 'NEAR AI Cloud',
  dialect: 'openai-chat',
  baseUrl: 'https://cloud-api.near.ai/v1',
  keyVariables: ['NEARAI_API_KEY'],
  docs: 'https://docs.near.ai',
  quirks: copiesOpenAi,
})
