import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const venice: KnownProvider = defineProvider({
  id: 'venice',
  aliases: ['veniceai'],
  name: 'Venice AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.venice.ai/api/v1',
  keyVariables: ['VENICE_API_KEY', 'VENICE_AI_API_KEY'],
  docs: 'https://docs.venice.ai',
  quirks: copiesOpenAi,
  tasks: { embed: { wire: 'openai-embeddings' } },
})
