import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const wandb: KnownProvider = defineProvider({
  id: 'wandb',
  name: 'Weights & Biases Inference',
  dialect: 'openai-chat',
  baseUrl: 'https://api.inference.wandb.ai/v1',
  keyVariables: ['WANDB_API_KEY'],
  docs: 'https://docs.wandb.ai/guides/inference',
  quirks: copiesOpenAi,
})
