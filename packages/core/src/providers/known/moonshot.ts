import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** Keys of the Chinese mainland need `base_url: https://api.moonshot.cn/v1`. */
export const moonshot: KnownProvider = defineProvider({
  id: 'moonshot',
  aliases: ['moonshotai'],
  name: 'Moonshot AI (Kimi)',
  dialect: 'openai-chat',
  baseUrl: 'https://api.moonshot.ai/v1',
  keyVariables: ['MOONSHOT_API_KEY'],
  docs: 'https://platform.moonshot.ai/docs/api/chat',
  // Thinking is switched by a field of its own, and stays in the conversation.
  // https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model (seen 2026-11-21)
  quirks: {
    ...copiesOpenAi,
    reasoningControl: 'thinking',
    replayReasoning: 'reasoning_content',
  },
  tasks: { embed: false, rerank: false, moderate: false },
})
