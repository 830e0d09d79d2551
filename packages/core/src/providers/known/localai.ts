import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const localai: KnownProvider = defineProvider({
  id: 'localai',
  aliases: ['local-ai'],
  name: 'LocalAI',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:8080/v1',
  keyVariables: [],
  docs: 'https://localai.io/basics/getting_started/',
  quirks: copiesOpenAi,
  isLocal: true,
  server: { lists: ['models'], readyPath: '/readyz' },
})
