import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const evroc: KnownProvider = defineProvider({
  id: 'evroc',
  name: 'evroc Think',
  dialect: 'openai-chat',
  baseUrl: 'https://models.think.evroc.com/v1',
  keyVariables: ['EVROC_API_KEY'],
  docs: 'https://docs.evroc.com/products/think/overview.html',
  quirks: copiesOpenAi,
})
