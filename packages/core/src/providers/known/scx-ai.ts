import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const scxAi: KnownProvider = defineProvider({
  id: 'scx-ai',
  name: 'SCX.ai',
  dialect: 'openai-chat',
  baseUrl: 'https://api.scx.ai/v1',
  keyVariables: ['SCX_API_KEY'],
  docs: 'https://scx.ai',
  quirks: copiesOpenAi,
})
