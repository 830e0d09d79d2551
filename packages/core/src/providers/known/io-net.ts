import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const ioNet: KnownProvider = defineProvider({
  id: 'io-net',
  name: 'io.net Intelligence',
  dialect: 'openai-chat',
  baseUrl: 'https://api.intelligence.io.solutions/api/v1',
  keyVariables: ['IOINTELLIGENCE_API_KEY'],
  docs: 'https://io.net/docs/guides/intelligence/io-intelligence',
  quirks: copiesOpenAi,
})
