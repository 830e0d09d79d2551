import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const stackit: KnownProvider = defineProvider({
  id: 'stackit',
  name: 'STACKIT AI Model Serving',
  dialect: 'openai-chat',
  baseUrl: 'https://api.openai-compat.model-serving.eu01.onstackit.cloud/v1',
  keyVariables: ['STACKIT_API_KEY'],
  docs: 'https://docs.stackit.cloud/products/data-and-ai/ai-model-serving',
  quirks: copiesOpenAi,
})
