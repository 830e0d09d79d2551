import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const poe: KnownProvider = defineProvider({
  id: 'poe',
  name: 'Poe',
  dialect: 'openai-chat',
  baseUrl: 'https://api.poe.com/v1',
  keyVariables: ['POE_API_KEY'],
  docs: 'https://creator.poe.com/docs/external-applications/openai-compatible-api',
  quirks: copiesOpenAi,
  tasks: { embed: { wire: 'openai-embeddings' } },
})
