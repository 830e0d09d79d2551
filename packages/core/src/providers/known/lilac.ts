import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const lilac: KnownProvider = defineProvider({
  id: 'lilac',
  name: 'Lilac',
  dialect: 'openai-chat',
  baseUrl: 'https://api.getlilac.com/v1',
  keyVariables: ['LILAC_API_KEY'],
  docs: 'https://docs.getlilac.com/inference/models',
  quirks: copiesOpenAi,
})
