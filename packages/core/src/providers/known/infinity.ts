import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** A server of embeddings and reranking. Begun with `--url-prefix /v1`, as its own examples for OpenAI clients do. */
export const infinity: KnownProvider = defineProvider({
  id: 'infinity',
  name: 'Infinity',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:7997/v1',
  keyVariables: [],
  docs: 'https://github.com/michaelfeil/infinity',
  quirks: copiesOpenAi,
  isLocal: true,
  hasChat: false,
  tasks: { embed: { wire: 'openai-embeddings' }, rerank: { wire: 'jina-rerank' }, moderate: false },
  server: { lists: ['models'], readyPath: '/health', ownedBy: 'infinity' },
})
