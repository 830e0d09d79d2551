import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const anthropic: KnownProvider = defineProvider({
  id: 'anthropic',
  aliases: ['anthropic_text'],
  name: 'Anthropic',
  dialect: 'anthropic-messages',
  baseUrl: 'https://api.anthropic.com/v1',
  keyVariables: ['ANTHROPIC_API_KEY'],
  docs: 'https://docs.anthropic.com/en/api/messages',
  tasks: { count: { wire: 'anthropic-messages' } },
})
