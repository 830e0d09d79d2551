import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const inferenceNet: KnownProvider = defineProvider({
  id: 'inference-net',
  name: 'Inference.net',
  dialect: 'openai-chat',
  baseUrl: 'https://api.inference.net/v1',
  keyVariables: ['INFERENCE_API_KEY'],
  docs: 'https://docs.inference.net',
  quirks: copiesOpenAi,
})
