import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const lmStudio: KnownProvider = defineProvider({
  id: 'lm-studio',
  aliases: ['lm_studio', 'lmstudio'],
  name: 'LM Studio',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:1234/v1',
  keyVariables: [],
  docs: 'https://lmstudio.ai/docs/app/api/endpoints/openai',
  quirks: copiesOpenAi,
  isLocal: true,
  tasks: { embed: { wire: 'openai-embeddings' }, rerank: false, moderate: false, complete: { wire: 'text' } },
  server: { lists: ['native-models', 'models'] },
})
