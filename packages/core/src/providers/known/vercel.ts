import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const vercel: KnownProvider = defineProvider({
  id: 'vercel',
  aliases: ['vercel_ai_gateway', 'vercel_gateway'],
  name: 'Vercel AI Gateway',
  dialect: 'openai-chat',
  baseUrl: 'https://ai-gateway.vercel.sh/v1',
  keyVariables: ['AI_GATEWAY_API_KEY', 'VERCEL_AI_GATEWAY_API_KEY'],
  docs: 'https://vercel.com/docs/ai-gateway',
  quirks: copiesOpenAi,
})
