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
  // https://huggingface.co/docs/inference-providers/tasks/feature-extraction (seen 2026-11-21)
  tasks: {
    embed: { wire: 'tei-embed', path: '/../hf-inference/models/{model}/pipeline/feature-extraction', maxBatch: 32 },
    rerank: false,
    moderate: false,
  },
})
