import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const cerebras: KnownProvider = defineProvider({
  id: 'cerebras',
  name: 'Cerebras',
  dialect: 'openai-chat',
  baseUrl: 'https://api.cerebras.ai/v1',
  keyVariables: ['CEREBRAS_API_KEY'],
  docs: 'https://inference-docs.cerebras.ai',
  quirks: copiesOpenAi,
  tasks: { embed: false, rerank: false, moderate: false },
})
