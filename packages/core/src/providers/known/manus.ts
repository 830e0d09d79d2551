import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const manus: KnownProvider = defineProvider({
  id: 'manus',
  name: 'Manus',
  dialect: 'openai-responses',
  baseUrl: 'https://api.manus.im/v1',
  keyVariables: ['MANUS_API_KEY'],
  docs: 'https://open.manus.im/docs',
  quirks: { hasCustomTools: false },
})
