import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/**
 * Both of its dialects live at one address. Responses is tried first for clients of other dialects, because models from
 * GPT-5.4 on refuse function tools together with reasoning in chat completions.
 */
export const openai: KnownProvider = defineProvider({
  id: 'openai',
  name: 'OpenAI',
  dialect: 'openai-chat',
  alsoSpeaks: ['openai-responses'],
  baseUrl: 'https://api.openai.com/v1',
  keyVariables: ['OPENAI_API_KEY'],
  docs: 'https://platform.openai.com/docs/api-reference',
})
