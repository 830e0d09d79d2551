import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const alibabaCodingPlan: KnownProvider = defineProvider({
  id: 'alibaba-coding-plan',
  name: 'Alibaba Coding Plan',
  dialect: 'openai-chat',
  baseUrl: 'https://coding-intl.dashscope.aliyuncs.com/v1',
  keyVariables: ['ALIBABA_CODING_PLAN_API_KEY'],
  docs: 'https://www.alibabacloud.com/help/en/model-studio/coding-plan',
  // https://www.alibabacloud.com/help/en/model-studio/deep-thinking (seen 2026-11-21)
  quirks: { ...copiesOpenAi, reasoningControl: 'enable_thinking' },
})
