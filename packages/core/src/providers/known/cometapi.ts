import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const cometapi: KnownProvider = defineProvider({
  id: 'cometapi',
  name: 'CometAPI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.cometapi.com/v1',
  keyVariables: ['COMETAPI_KEY', 'COMETAPI_API_KEY'],
  docs: 'https://api.cometapi.com/doc',
  quirks: copiesOpenAi,
  tasks: { embed: { wire: 'openai-embeddings' } },
})
