import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** Hugging Face's server; its container is often published at another port, which is then written down. */
export const tgi: KnownProvider = defineProvider({
  id: 'tgi',
  aliases: ['text-generation-inference'],
  name: 'Text Generation Inference',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:3000/v1',
  keyVariables: [],
  docs: 'https://huggingface.co/docs/text-generation-inference/reference/launcher',
  quirks: copiesOpenAi,
  isLocal: true,
  server: { lists: ['info', 'models'], readyPath: '/health' },
})
