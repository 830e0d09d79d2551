import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const moark: KnownProvider = defineProvider({
  id: 'moark',
  name: 'Moark',
  dialect: 'openai-chat',
  baseUrl: 'https://moark.com/v1',
  keyVariables: ['MOARK_API_KEY'],
  docs: 'https://moark.com/docs/openapi/v1',
  quirks: copiesOpenAi,
})
