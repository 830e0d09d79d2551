import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const huggingface: KnownProvider = defineProvider({
  id: 'huggingface',
  name: 'Hugging Face Inference Providers',
  dialect: 'openai-chat',
  baseUrl: 'https://router.huggingface.co/v1',
  keyVariables: ['HF_TOKEN', 'HUGGINGFACE_API_KEY'],
  docs: 'https://huggingface.co/docs/inference-providers',
  quirks: copiesOpenAi,
})
