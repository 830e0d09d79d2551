import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const opencode: KnownProvider = defineProvider({
  id: 'opencode',
  name: 'OpenCode Zen',
  dialect: 'openai-chat',
  baseUrl: 'https://opencode.ai/zen/v1',
  keyVariables: ['OPENCODE_API_KEY'],
  docs: 'https://opencode.ai/docs/zen',
  quirks: copiesOpenAi,
})
