import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const modelscope: KnownProvider = defineProvider({
  id: 'modelscope',
  name: 'ModelScope',
  dialect: 'openai-chat',
  baseUrl: 'https://api-inference.modelscope.cn/v1',
  keyVariables: ['MODELSCOPE_API_KEY'],
  docs: 'https://modelscope.cn/docs/model-service/API-Inference/intro',
  quirks: copiesOpenAi,
})
