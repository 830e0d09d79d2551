import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const ollama: KnownProvider = defineProvider({
  id: 'ollama',
  name: 'Ollama',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:11434/v1',
  keyVariables: [],
  docs: 'https://docs.ollama.com/openai',
  // Its answers say `reasoning`, and its requests take it back under that name, as recorded traffic shows.
  quirks: { ...copiesOpenAi, replayReasoning: 'reasoning' },
  isLocal: true,
  tasks: {
    embed: { wire: 'openai-embeddings' },
    rerank: false,
    moderate: false,
    complete: { wire: 'text' },
    fill: { wire: 'text' },
  },
  server: { lists: ['tags', 'models'], readyPath: '/api/version' },
})
