import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const submodel: KnownProvider = defineProvider({
  id: 'submodel',
  name: 'submodel',
  dialect: 'openai-chat',
  baseUrl: 'https://llm.submodel.ai/v1',
  keyVariables: ['SUBMODEL_INSTAGEN_ACCESS_KEY'],
  docs: 'https://submodel.gitbook.io',
  quirks: copiesOpenAi,
})
