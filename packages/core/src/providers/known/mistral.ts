import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const mistral: KnownProvider = defineProvider({
  id: 'mistral',
  name: 'Mistral AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.mistral.ai/v1',
  keyVariables: ['MISTRAL_API_KEY'],
  docs: 'https://docs.mistral.ai/api',
  // https://docs.mistral.ai/api; ids of tool calls: https://github.com/mistralai/client-js/issues/69 (seen 2026-11-21)
  quirks: {
    ...copiesOpenAi,
    streamOptions: false,
    seedField: 'random_seed',
    requiredToolChoice: 'any',
    replayReasoning: 'thinking',
    toolCallIds: 'nine-alphanumeric',
  },
  tasks: {
    // Recorded: 258 inputs are refused as too many. https://docs.mistral.ai/api/endpoint/embeddings (seen 2026-11-21)
    embed: { wire: 'mistral-embeddings', maxBatch: 128 },
    rerank: false,
    moderate: { wire: 'mistral-moderations', defaultModel: 'mistral-moderation-latest' },
    complete: false,
    fill: { wire: 'fim' },
  },
})
