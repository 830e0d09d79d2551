import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const orcarouter: KnownProvider = defineProvider({
  id: 'orcarouter',
  name: 'OrcaRouter',
  dialect: 'openai-chat',
  baseUrl: 'https://api.orcarouter.ai/v1',
  keyVariables: ['ORCAROUTER_API_KEY'],
  docs: 'https://docs.orcarouter.ai',
  quirks: copiesOpenAi,
})
