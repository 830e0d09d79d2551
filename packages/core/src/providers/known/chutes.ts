import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const chutes: KnownProvider = defineProvider({
  id: 'chutes',
  name: 'Chutes',
  dialect: 'openai-chat',
  baseUrl: 'https://llm.chutes.ai/v1',
  keyVariables: ['CHUTES_API_KEY'],
  docs: 'https://chutes.ai/docs',
  quirks: copiesOpenAi,
  tasks: { embed: { wire: 'openai-embeddings' } },
})
