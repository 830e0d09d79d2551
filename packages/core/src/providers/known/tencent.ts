import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const tencent: KnownProvider = defineProvider({
  id: 'tencent',
  name: 'Tencent TokenHub',
  dialect: 'openai-chat',
  baseUrl: 'https://tokenhub.tencentmaas.com/v1',
  keyVariables: ['TENCENT_API_KEY', 'TENCENT_TOKENHUB_API_KEY'],
  docs: 'https://cloud.tencent.com/document/product/1823/130050',
  quirks: copiesOpenAi,
})
