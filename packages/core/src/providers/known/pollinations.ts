import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const pollinations: KnownProvider = defineProvider({
  id: 'pollinations',
  name: 'Pollinations',
  dialect: 'openai-chat',
  baseUrl: 'https://gen.pollinations.ai/v1',
  keyVariables: ['POLLINATIONS_API_KEY'],
  docs: 'https://github.com/pollinations/pollinations',
  quirks: copiesOpenAi,
})
