import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const regolo: KnownProvider = defineProvider({
  id: 'regolo',
  name: 'Regolo AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.regolo.ai/v1',
  keyVariables: ['REGOLO_API_KEY'],
  docs: 'https://docs.regolo.ai',
  quirks: copiesOpenAi,
})
