import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/**
 * The same server as `ollama`, at its own API: it takes what the compatible one has no field for, such as the length of
 * the context, `top_k` and how long a model stays loaded.
 */
export const ollamaNative: KnownProvider = defineProvider({
  id: 'ollama-native',
  aliases: ['ollama_chat'],
  name: 'Ollama (its own API)',
  dialect: 'ollama',
  baseUrl: 'http://127.0.0.1:11434/api',
  keyVariables: [],
  docs: 'https://docs.ollama.com/api',
  isLocal: true,
  server: { lists: ['tags'], readyPath: '/api/version' },
})
