import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const empower: KnownProvider = defineProvider({
  id: 'empower',
  name: 'Empower',
  dialect: 'openai-chat',
  baseUrl: 'https://app.empower.dev/api/v1',
  keyVariables: ['EMPOWER_API_KEY'],
  docs: 'https://docs.empower.dev',
  quirks: copiesOpenAi,
})
