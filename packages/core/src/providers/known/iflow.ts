import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const iflow: KnownProvider = defineProvider({
  id: 'iflow',
  name: 'iFlow',
  dialect: 'openai-chat',
  baseUrl: 'https://apis.iflow.cn/v1',
  keyVariables: ['IFLOW_API_KEY'],
  docs: 'https://platform.iflow.cn/en/docs',
  quirks: copiesOpenAi,
})
