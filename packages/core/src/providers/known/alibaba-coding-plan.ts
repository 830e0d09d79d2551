import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const alibabaCodingPlan: KnownProvider = defineProvider({
  id: 'alibaba-coding-plan',
  name: 'Alibaba Coding Plan',
  dialect: 'openai-chat',
  baseUrl: 'https://coding-intl.dashscope.aliyuncs.com/v1',
  keyVariables: ['ALIBABA_CODING_PLAN_API_KEY'],
  docs: 'https://www.alibabacloud.com/help/en/model-studio/coding-plan',
})
