import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** Embeddings in OpenAI's way, reranking in its own, with one model per server. */
export const tei: KnownProvider = defineProvider({
  id: 'tei',
  aliases: ['text-embeddings-inference'],
  name: 'Text Embeddings Inference',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:3000/v1',
  keyVariables: [],
  docs: 'https://huggingface.github.io/text-embeddings-inference',
  quirks: copiesOpenAi,
  isLocal: true,
  server: { lists: ['info', 'models'], readyPath: '/health', ownedBy: 'text-embeddings-router' },
  // `--max-client-batch-size` is 32 unless said otherwise.
  hasChat: false,
  tasks: {
    embed: { wire: 'openai-embeddings', maxBatch: 32 },
    rerank: { wire: 'tei-rerank', path: '/../rerank' },
    moderate: false,
  },
})
