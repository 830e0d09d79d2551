import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const baseten: KnownProvider = defineProvider({
  id: 'baseten',
  name: 'Baseten',
  dialect: 'openai-chat',
  baseUrl: 'https://inference.baseten.co/v1',
  keyVariables: ['BASETEN_API_KEY'],
  docs: 'https://docs.baseten.co/inference/model-apis/overview',
  quirks: copiesOpenAi,
})
