import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const zenmux: KnownProvider = defineProvider({
  id: 'zenmux',
  name: 'ZenMux',
  dialect: 'openai-chat',
  baseUrl: 'https://zenmux.ai/api/v1',
  keyVariables: ['ZENMUX_API_KEY'],
  docs: 'https://docs.zenmux.ai',
  quirks: copiesOpenAi,
})
