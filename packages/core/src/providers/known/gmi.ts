import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const gmi: KnownProvider = defineProvider({
  id: 'gmi',
  aliases: ['gmicloud'],
  name: 'GMI Cloud',
  dialect: 'openai-chat',
  baseUrl: 'https://api.gmi-serving.com/v1',
  keyVariables: ['GMI_API_KEY', 'GMICLOUD_API_KEY'],
  docs: 'https://docs.gmicloud.ai/inference-engine/api-reference/llm-api-reference',
  quirks: copiesOpenAi,
})
