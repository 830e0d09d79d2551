import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const ollamaCloud: KnownProvider = defineProvider({
  id: 'ollama-cloud',
  name: 'Ollama Cloud',
  dialect: 'openai-chat',
  baseUrl: 'https://ollama.com/v1',
  keyVariables: ['OLLAMA_API_KEY'],
  docs: 'https://docs.ollama.com/cloud',
  // As at a local Ollama.
  quirks: { ...copiesOpenAi, replayReasoning: 'reasoning' },
})
