import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const hpcAi: KnownProvider = defineProvider({
  id: 'hpc-ai',
  name: 'HPC-AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.hpc-ai.com/inference/v1',
  keyVariables: ['HPC_AI_API_KEY'],
  docs: 'https://www.hpc-ai.com/doc/docs/quickstart',
  quirks: copiesOpenAi,
})
