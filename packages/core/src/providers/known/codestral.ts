import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const codestral: KnownProvider = defineProvider({
  id: 'codestral',
  aliases: ['text-completion-codestral'],
  name: 'Mistral Codestral',
  dialect: 'openai-chat',
  baseUrl: 'https://codestral.mistral.ai/v1',
  keyVariables: ['CODESTRAL_API_KEY'],
  docs: 'https://docs.mistral.ai/capabilities/code_generation',
  // As at Mistral: https://docs.mistral.ai/api (seen 2026-11-21)
  quirks: {
    ...copiesOpenAi,
    streamOptions: false,
    seedField: 'random_seed',
    requiredToolChoice: 'any',
    replayReasoning: 'thinking',
    toolCallIds: 'nine-alphanumeric',
  },
  tasks: { embed: false, rerank: false, moderate: false, complete: false, fill: { wire: 'fim' } },
})
