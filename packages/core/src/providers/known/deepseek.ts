import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** Beta features (prefix completion) need `base_url: https://api.deepseek.com/beta`. */
export const deepseek: KnownProvider = defineProvider({
  id: 'deepseek',
  name: 'DeepSeek',
  dialect: 'openai-chat',
  baseUrl: 'https://api.deepseek.com',
  keyVariables: ['DEEPSEEK_API_KEY'],
  docs: 'https://api-docs.deepseek.com',
  // Thinking is switched by a field of its own, and has to come back after a tool call.
  // https://api-docs.deepseek.com/guides/thinking_mode (seen 2026-11-21)
  quirks: { ...copiesOpenAi, reasoningControl: 'thinking', replayReasoning: 'reasoning_content' },
  // https://api-docs.deepseek.com/api/create-completion (seen 2026-11-21)
  tasks: {
    embed: false,
    rerank: false,
    moderate: false,
    complete: { wire: 'text', path: '/beta/completions' },
    fill: { wire: 'text', path: '/beta/completions' },
  },
})
