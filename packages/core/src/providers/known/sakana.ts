import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const sakana: KnownProvider = defineProvider({
  id: 'sakana',
  aliases: ['sakana-ai'],
  name: 'Sakana AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.sakana.ai/v1',
  keyVariables: ['SAKANA_API_KEY'],
  docs: 'https://console.sakana.ai/models',
  quirks: copiesOpenAi,
})
