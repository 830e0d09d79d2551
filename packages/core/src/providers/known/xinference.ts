import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const xinference: KnownProvider = defineProvider({
  id: 'xinference',
  name: 'Xorbits Inference',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:9997/v1',
  keyVariables: [],
  docs: 'https://inference.readthedocs.io',
  quirks: copiesOpenAi,
  isLocal: true,
  tasks: {
    embed: { wire: 'openai-embeddings' },
    rerank: { wire: 'jina-rerank' },
    moderate: false,
    complete: { wire: 'text' },
  },
})
