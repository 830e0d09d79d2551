import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** The coding plan needs `base_url: https://api.z.ai/api/coding/paas/v4`. */
export const zai: KnownProvider = defineProvider({
  id: 'zai',
  aliases: ['z-ai'],
  name: 'Z.AI (GLM)',
  dialect: 'openai-chat',
  baseUrl: 'https://api.z.ai/api/paas/v4',
  keyVariables: ['ZAI_API_KEY'],
  docs: 'https://docs.z.ai',
})
