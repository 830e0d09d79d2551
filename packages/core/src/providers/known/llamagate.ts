import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const llamagate: KnownProvider = defineProvider({
  id: 'llamagate',
  name: 'LlamaGate',
  dialect: 'openai-chat',
  baseUrl: 'https://api.llamagate.dev/v1',
  keyVariables: ['LLAMAGATE_API_KEY'],
  docs: 'https://llamagate.dev',
  quirks: copiesOpenAi,
})
