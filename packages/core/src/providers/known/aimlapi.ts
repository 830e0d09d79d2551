import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const aimlapi: KnownProvider = defineProvider({
  id: 'aimlapi',
  aliases: ['aiml'],
  name: 'AI/ML API',
  dialect: 'openai-chat',
  baseUrl: 'https://api.aimlapi.com/v1',
  keyVariables: ['AIML_API_KEY', 'AIMLAPI_KEY'],
  docs: 'https://docs.aimlapi.com',
  quirks: copiesOpenAi,
  tasks: { embed: { wire: 'openai-embeddings' } },
})
