import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const lemonade: KnownProvider = defineProvider({
  id: 'lemonade',
  name: 'Lemonade Server (AMD)',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:8000/api/v1',
  keyVariables: [],
  docs: 'https://lemonade-server.ai/docs/server/server_spec',
  quirks: copiesOpenAi,
  isLocal: true,
})
