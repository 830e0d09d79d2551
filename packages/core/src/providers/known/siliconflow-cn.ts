import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const siliconflowCn: KnownProvider = defineProvider({
  id: 'siliconflow-cn',
  name: 'SiliconFlow (China)',
  dialect: 'openai-chat',
  baseUrl: 'https://api.siliconflow.cn/v1',
  keyVariables: ['SILICONFLOW_CN_API_KEY'],
  docs: 'https://docs.siliconflow.cn',
  quirks: copiesOpenAi,
  tasks: {
    embed: { wire: 'openai-embeddings' },
    rerank: { wire: 'jina-rerank' },
    moderate: false,
    complete: { wire: 'text' },
  },
})
