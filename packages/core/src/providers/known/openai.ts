import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** With `dialect: openai-responses` the same address is spoken to in the Responses format. */
export const openai: KnownProvider = defineProvider({
  id: 'openai',
  name: 'OpenAI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.openai.com/v1',
  keyVariables: ['OPENAI_API_KEY'],
  docs: 'https://platform.openai.com/docs/api-reference',
})
