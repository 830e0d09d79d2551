import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const byteplus: KnownProvider = defineProvider({
  id: 'byteplus',
  name: 'BytePlus ModelArk',
  dialect: 'openai-chat',
  baseUrl: 'https://ark.ap-southeast.bytepluses.com/api/v3',
  keyVariables: ['BYTEPLUS_API_KEY'],
  docs: 'https://docs.byteplus.com/en/docs/ModelArk',
  quirks: copiesOpenAi,
})
