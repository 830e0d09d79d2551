import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** Beta features (prefix completion) need `base_url: https://api.deepseek.com/beta`. */
export const deepseek: KnownProvider = defineProvider({
  id: 'deepseek',
  name: 'DeepSeek',
  dialect: 'openai-chat',
  baseUrl: 'https://api.deepseek.com',
  keyVariables: ['DEEPSEEK_API_KEY'],
  docs: 'https://api-docs.deepseek.com',
})
