import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const neosantara: KnownProvider = defineProvider({
  id: 'neosantara',
  name: 'Neosantara',
  dialect: 'openai-chat',
  baseUrl: 'https://api.neosantara.xyz/v1',
  keyVariables: ['NEOSANTARA_API_KEY'],
  docs: 'https://docs.neosantara.xyz',
  quirks: copiesOpenAi,
})
