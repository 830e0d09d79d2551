import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const tensormesh: KnownProvider = defineProvider({
  id: 'tensormesh',
  name: 'Tensormesh',
  dialect: 'openai-chat',
  baseUrl: 'https://serverless.tensormesh.ai/v1',
  keyVariables: ['TENSORMESH_INFERENCE_API_KEY'],
  docs: 'https://docs.tensormesh.ai',
  quirks: copiesOpenAi,
})
