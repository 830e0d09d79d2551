import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const llamaApi: KnownProvider = defineProvider({
  id: 'llama-api',
  aliases: ['meta_llama'],
  name: 'Meta Llama API',
  dialect: 'openai-chat',
  baseUrl: 'https://api.llama.com/compat/v1',
  keyVariables: ['LLAMA_API_KEY'],
  docs: 'https://llama.developer.meta.com/docs',
  quirks: copiesOpenAi,
})
