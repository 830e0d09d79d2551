import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const vultr: KnownProvider = defineProvider({
  id: 'vultr',
  name: 'Vultr Inference',
  dialect: 'openai-chat',
  baseUrl: 'https://api.vultrinference.com/v1',
  keyVariables: ['VULTR_API_KEY'],
  docs: 'https://api.vultrinference.com',
  quirks: copiesOpenAi,
})
