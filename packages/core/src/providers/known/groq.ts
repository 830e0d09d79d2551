import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const groq: KnownProvider = defineProvider({
  id: 'groq',
  name: 'Groq',
  dialect: 'openai-chat',
  baseUrl: 'https://api.groq.com/openai/v1',
  keyVariables: ['GROQ_API_KEY'],
  docs: 'https://console.groq.com/docs/api-reference',
  quirks: copiesOpenAi,
  tasks: { embed: false, rerank: false, moderate: false },
})
