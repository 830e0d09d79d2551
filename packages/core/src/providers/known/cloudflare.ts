import { cloudflareAccess } from '../access/cloudflare.ts'
import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const cloudflare: KnownProvider = defineProvider({
  id: 'cloudflare',
  aliases: ['workers-ai'],
  name: 'Cloudflare Workers AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.cloudflare.com/client/v4/accounts/ACCOUNT/ai/v1',
  keyVariables: ['CLOUDFLARE_API_KEY'],
  docs: 'https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/',
  access: cloudflareAccess,
  tasks: { embed: { wire: 'openai-embeddings' }, rerank: false, moderate: false },
  quirks: { ...copiesOpenAi, doneMarker: 'optional' },
})
