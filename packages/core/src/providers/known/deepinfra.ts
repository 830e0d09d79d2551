import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const deepinfra: KnownProvider = defineProvider({
  id: 'deepinfra',
  name: 'DeepInfra',
  dialect: 'openai-chat',
  baseUrl: 'https://api.deepinfra.com/v1/openai',
  keyVariables: ['DEEPINFRA_API_KEY'],
  docs: 'https://deepinfra.com/docs',
  quirks: copiesOpenAi,
  tasks: { embed: { wire: 'openai-embeddings' }, rerank: false, moderate: false, complete: { wire: 'text' } },
})
