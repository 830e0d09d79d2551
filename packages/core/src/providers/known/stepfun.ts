import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const stepfun: KnownProvider = defineProvider({
  id: 'stepfun',
  name: 'StepFun',
  dialect: 'openai-chat',
  baseUrl: 'https://api.stepfun.com/v1',
  keyVariables: ['STEPFUN_API_KEY'],
  docs: 'https://platform.stepfun.com/docs',
  quirks: copiesOpenAi,
})
