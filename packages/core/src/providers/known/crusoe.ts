import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const crusoe: KnownProvider = defineProvider({
  id: 'crusoe',
  name: 'Crusoe Managed Inference',
  dialect: 'openai-chat',
  baseUrl: 'https://api.inference.crusoecloud.com/v1',
  keyVariables: ['CRUSOE_API_KEY'],
  docs: 'https://docs.crusoecloud.com/managed-inference',
  quirks: copiesOpenAi,
})
