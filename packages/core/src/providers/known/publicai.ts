import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const publicai: KnownProvider = defineProvider({
  id: 'publicai',
  name: 'Public AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.publicai.co/v1',
  keyVariables: ['PUBLICAI_API_KEY'],
  docs: 'https://platform.publicai.co/docs',
  quirks: copiesOpenAi,
})
