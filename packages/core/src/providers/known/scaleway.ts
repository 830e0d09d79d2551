import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const scaleway: KnownProvider = defineProvider({
  id: 'scaleway',
  name: 'Scaleway Generative APIs',
  dialect: 'openai-chat',
  baseUrl: 'https://api.scaleway.ai/v1',
  keyVariables: ['SCW_SECRET_KEY', 'SCALEWAY_API_KEY'],
  docs: 'https://www.scaleway.com/en/docs/generative-apis',
  quirks: copiesOpenAi,
  tasks: { embed: { wire: 'openai-embeddings' } },
})
