import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const featherless: KnownProvider = defineProvider({
  id: 'featherless',
  aliases: ['featherless_ai'],
  name: 'Featherless AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.featherless.ai/v1',
  keyVariables: ['FEATHERLESS_API_KEY', 'FEATHERLESS_AI_API_KEY'],
  docs: 'https://featherless.ai/docs',
  quirks: copiesOpenAi,
})
