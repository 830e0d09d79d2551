import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** The international address. Keys of the Chinese mainland need `base_url: https://dashscope.aliyuncs.com/compatible-mode/v1`. */
export const alibaba: KnownProvider = defineProvider({
  id: 'alibaba',
  aliases: ['dashscope'],
  name: 'Alibaba Model Studio (Qwen)',
  dialect: 'openai-chat',
  baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  keyVariables: ['DASHSCOPE_API_KEY'],
  docs: 'https://www.alibabacloud.com/help/en/model-studio/models',
  // https://www.alibabacloud.com/help/en/model-studio/deep-thinking (seen 2026-11-21)
  quirks: { ...copiesOpenAi, reasoningControl: 'enable_thinking' },
  // At most ten texts: https://www.alibabacloud.com/help/en/model-studio/text-embedding-synchronous-api (seen 2026-11-21)
  tasks: { embed: { wire: 'openai-embeddings', maxBatch: 10 } },
})
