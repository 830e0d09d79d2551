import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** A llamafile is the same server at the same port. */
export const llamaCpp: KnownProvider = defineProvider({
  id: 'llama-cpp',
  aliases: ['llamafile', 'llamacpp', 'llama.cpp'],
  name: 'llama.cpp server',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:8080/v1',
  keyVariables: [],
  docs: 'https://github.com/ggml-org/llama.cpp/tree/master/tools/server',
  quirks: copiesOpenAi,
  isLocal: true,
  tasks: {
    embed: { wire: 'openai-embeddings' },
    rerank: { wire: 'jina-rerank' },
    moderate: false,
    complete: { wire: 'text' },
  },
  server: { lists: ['models'], readyPath: '/health', ownedBy: 'llamacpp' },
})
