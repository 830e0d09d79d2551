import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const zhipuai: KnownProvider = defineProvider({
  id: 'zhipuai',
  name: 'Zhipu AI (BigModel)',
  dialect: 'openai-chat',
  baseUrl: 'https://open.bigmodel.cn/api/paas/v4',
  keyVariables: ['ZHIPU_API_KEY', 'ZHIPUAI_API_KEY'],
  docs: 'https://docs.bigmodel.cn',
})
