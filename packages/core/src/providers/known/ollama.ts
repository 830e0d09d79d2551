import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const ollama: KnownProvider = defineProvider({
  id: 'ollama',
  aliases: ['ollama_chat'],
  name: 'Ollama',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:11434/v1',
  keyVariables: [],
  docs: 'https://docs.ollama.com/openai',
  isLocal: true,
})
