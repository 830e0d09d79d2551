import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const edenai: KnownProvider = defineProvider({
  id: 'edenai',
  name: 'Eden AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.edenai.run/v3',
  keyVariables: ['EDENAI_API_KEY'],
  docs: 'https://docs.edenai.co',
  quirks: copiesOpenAi,
  tasks: { embed: { wire: 'openai-embeddings' } },
})
