import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const compactifai: KnownProvider = defineProvider({
  id: 'compactifai',
  name: 'CompactifAI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.compactif.ai/v1',
  keyVariables: ['COMPACTIFAI_API_KEY'],
  docs: 'https://docs.compactif.ai',
  quirks: copiesOpenAi,
})
