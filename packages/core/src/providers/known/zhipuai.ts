import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const zhipuai: KnownProvider = defineProvider({
  id: 'zhipuai',
  name: 'Zhipu AI (BigModel)',
  dialect: 'openai-chat',
  baseUrl: 'https://open.bigmodel.cn/api/paas/v4',
  keyVariables: ['ZHIPU_API_KEY', 'ZHIPUAI_API_KEY'],
  docs: 'https://docs.bigmodel.cn',
  // As at Z.AI: https://docs.z.ai/guides/capabilities/thinking-mode (seen 2026-11-21)
  quirks: { ...copiesOpenAi, reasoningControl: 'thinking', replayReasoning: 'reasoning_content' },
})
