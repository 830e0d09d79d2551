import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const galadriel: KnownProvider = defineProvider({
  id: 'galadriel',
  name: 'Galadriel',
  dialect: 'openai-chat',
  baseUrl: 'https://api.galadriel.com/v1',
  keyVariables: ['GALADRIEL_API_KEY'],
  docs: 'https://docs.galadriel.com',
  quirks: copiesOpenAi,
})
