import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const requesty: KnownProvider = defineProvider({
  id: 'requesty',
  name: 'Requesty',
  dialect: 'openai-chat',
  baseUrl: 'https://router.requesty.ai/v1',
  keyVariables: ['REQUESTY_API_KEY'],
  docs: 'https://docs.requesty.ai',
  quirks: copiesOpenAi,
})
