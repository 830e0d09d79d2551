import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const digitalocean: KnownProvider = defineProvider({
  id: 'digitalocean',
  aliases: ['gradient_ai'],
  name: 'DigitalOcean Gradient AI',
  dialect: 'openai-chat',
  baseUrl: 'https://inference.do-ai.run/v1',
  keyVariables: ['GRADIENT_AI_API_KEY'],
  docs: 'https://docs.digitalocean.com/products/gradient-ai-platform',
  quirks: copiesOpenAi,
})
