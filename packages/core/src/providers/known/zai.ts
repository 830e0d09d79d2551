import { copiesOpenAi } from '../copies-openai.ts'
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
  // Thinking is switched by a field of its own, and goes back with the results of tools.
  // https://docs.z.ai/guides/capabilities/thinking-mode (seen 2026-11-21)
  quirks: { ...copiesOpenAi, reasoningControl: 'thinking', replayReasoning: 'reasoning_content' },
})
