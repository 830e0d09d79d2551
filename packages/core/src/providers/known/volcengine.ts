import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const volcengine: KnownProvider = defineProvider({
  id: 'volcengine',
  name: 'Volcengine Ark (Doubao)',
  dialect: 'openai-chat',
  baseUrl: 'https://ark.cn-beijing.volces.com/api/v3',
  keyVariables: ['ARK_API_KEY', 'VOLCENGINE_API_KEY'],
  docs: 'https://www.volcengine.com/docs/82379',
  quirks: copiesOpenAi,
})
