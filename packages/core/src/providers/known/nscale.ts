import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const nscale: KnownProvider = defineProvider({
  id: 'nscale',
  name: 'Nscale',
  dialect: 'openai-chat',
  baseUrl: 'https://inference.api.nscale.com/v1',
  keyVariables: ['NSCALE_API_KEY'],
  docs: 'https://docs.nscale.com',
  quirks: copiesOpenAi,
})
