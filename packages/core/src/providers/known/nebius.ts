import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const nebius: KnownProvider = defineProvider({
  id: 'nebius',
  name: 'Nebius Token Factory',
  dialect: 'openai-chat',
  baseUrl: 'https://api.tokenfactory.nebius.com/v1',
  keyVariables: ['NEBIUS_API_KEY'],
  docs: 'https://docs.tokenfactory.nebius.com',
  quirks: copiesOpenAi,
  tasks: { embed: { wire: 'openai-embeddings' } },
})
