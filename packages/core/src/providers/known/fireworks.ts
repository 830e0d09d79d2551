import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const fireworks: KnownProvider = defineProvider({
  id: 'fireworks',
  aliases: ['fireworks_ai'],
  name: 'Fireworks AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.fireworks.ai/inference/v1',
  keyVariables: ['FIREWORKS_API_KEY', 'FIREWORKS_AI_API_KEY', 'FIREWORKSAI_API_KEY', 'FIREWORKS_AI_TOKEN'],
  docs: 'https://docs.fireworks.ai/api-reference',
  quirks: copiesOpenAi,
  tasks: {
    embed: { wire: 'openai-embeddings' },
    rerank: { wire: 'jina-rerank' },
    moderate: false,
    complete: { wire: 'text' },
  },
})
