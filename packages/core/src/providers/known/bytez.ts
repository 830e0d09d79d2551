import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const bytez: KnownProvider = defineProvider({
  id: 'bytez',
  name: 'Bytez',
  dialect: 'openai-chat',
  baseUrl: 'https://api.bytez.com/models/v2/openai/v1',
  keyVariables: ['BYTEZ_API_KEY'],
  docs: 'https://docs.bytez.com',
  quirks: copiesOpenAi,
})
