import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const xiaomi: KnownProvider = defineProvider({
  id: 'xiaomi',
  aliases: ['xiaomi_mimo'],
  name: 'Xiaomi MiMo',
  dialect: 'openai-chat',
  baseUrl: 'https://api.xiaomimimo.com/v1',
  keyVariables: ['XIAOMI_MIMO_API_KEY', 'XIAOMI_API_KEY'],
  docs: 'https://platform.xiaomimimo.com',
  // Thinking is switched by a field of its own, as recorded traffic shows.
  quirks: { ...copiesOpenAi, maxTokens: 'max_completion_tokens', reasoningControl: 'thinking' },
})
