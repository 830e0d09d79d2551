import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const ambient: KnownProvider = defineProvider({
  id: 'ambient',
  name: 'Ambient',
  dialect: 'openai-chat',
  baseUrl: 'https://api.ambient.xyz/v1',
  keyVariables: ['AMBIENT_API_KEY'],
  docs: 'https://ambient.xyz',
  quirks: copiesOpenAi,
})
