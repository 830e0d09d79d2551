import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const ai21: KnownProvider = defineProvider({
  id: 'ai21',
  aliases: ['ai21_chat'],
  name: 'AI21',
  dialect: 'openai-chat',
  baseUrl: 'https://api.ai21.com/studio/v1',
  keyVariables: ['AI21_API_KEY'],
  docs: 'https://docs.ai21.com/reference',
  quirks: copiesOpenAi,
})
