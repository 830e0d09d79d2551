import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const amazonNova: KnownProvider = defineProvider({
  id: 'amazon-nova',
  aliases: ['amazon_nova'],
  name: 'Amazon Nova',
  dialect: 'openai-chat',
  baseUrl: 'https://api.nova.amazon.com/v1',
  keyVariables: ['AMAZON_NOVA_API_KEY', 'NOVA_API_KEY'],
  docs: 'https://nova.amazon.com/dev/documentation',
  quirks: copiesOpenAi,
})
