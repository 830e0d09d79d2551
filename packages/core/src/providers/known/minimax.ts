import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** Also speaks anthropic-messages at https://api.minimax.io/anthropic/v1. Keys of the Chinese mainland need `base_url: https://api.minimaxi.com/v1`. */
export const minimax: KnownProvider = defineProvider({
  id: 'minimax',
  name: 'MiniMax',
  dialect: 'openai-chat',
  baseUrl: 'https://api.minimax.io/v1',
  keyVariables: ['MINIMAX_API_KEY'],
  docs: 'https://platform.minimax.io/docs/guides/quickstart',
  quirks: copiesOpenAi,
})
