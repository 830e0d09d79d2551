import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const pinstripes: KnownProvider = defineProvider({
  id: 'pinstripes',
  name: 'Pinstripes',
  dialect: 'openai-chat',
  baseUrl: 'https://pinstripes.io/v1',
  keyVariables: ['PINSTRIPES_API_KEY'],
  docs: 'https://pinstripes.io',
  quirks: copiesOpenAi,
  tasks: { embed: { wire: 'openai-embeddings' } },
})
