import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/**  this is its OpenAI-compatible address. */
export const cohere: KnownProvider = defineProvider({
  id: 'cohere',
  aliases: ['cohere_chat'],
  name: 'Cohere',
  dialect: 'openai-chat',
  baseUrl: 'https://api.cohere.ai/compatibility/v1',
  keyVariables: ['COHERE_API_KEY', 'CO_API_KEY'],
  docs: 'https://docs.cohere.com/docs/compatibility-api',
  quirks: copiesOpenAi,
})
