import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/**
 * Both of its dialects live at one address. Responses is tried first for clients of other dialects, because models from
 * GPT-5.4 on refuse function tools together with reasoning in chat completions.
 */
export const openai: KnownProvider = defineProvider({
  id: 'openai',
  aliases: ['text-completion-openai'],
  name: 'OpenAI',
  dialect: 'openai-chat',
  alsoSpeaks: ['openai-responses'],
  baseUrl: 'https://api.openai.com/v1',
  keyVariables: ['OPENAI_API_KEY'],
  docs: 'https://platform.openai.com/docs/api-reference',
  tasks: {
    embed: { wire: 'openai-embeddings', maxBatch: 2048 },
    rerank: false,
    moderate: { wire: 'openai-moderations', defaultModel: 'omni-moderation-latest' },
    // https://platform.openai.com/docs/api-reference/completions (seen 2026-11-21)
    complete: {
      wire: 'text',
      models: ['gpt-3.5-turbo-instruct', 'gpt-3.5-turbo-instruct-0914', 'davinci-002', 'babbage-002'],
    },
    count: { wire: 'openai-responses' },
  },
})
