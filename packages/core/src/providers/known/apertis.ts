import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const apertis: KnownProvider = defineProvider({
  id: 'apertis',
  name: 'Apertis',
  dialect: 'openai-chat',
  baseUrl: 'https://api.stima.tech/v1',
  keyVariables: ['STIMA_API_KEY'],
  docs: 'https://docs.stima.tech',
  quirks: copiesOpenAi,
  tasks: { embed: { wire: 'openai-embeddings' } },
})
