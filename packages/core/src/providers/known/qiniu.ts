import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const qiniu: KnownProvider = defineProvider({
  id: 'qiniu',
  name: 'Qiniu',
  dialect: 'openai-chat',
  baseUrl: 'https://api.qnaigc.com/v1',
  keyVariables: ['QINIU_API_KEY'],
  docs: 'https://developer.qiniu.com/aitokenapi',
  quirks: copiesOpenAi,
})
