import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const aihubmix: KnownProvider = defineProvider({
  id: 'aihubmix',
  name: 'AIHubMix',
  dialect: 'openai-chat',
  baseUrl: 'https://aihubmix.com/v1',
  keyVariables: ['AIHUBMIX_API_KEY'],
  docs: 'https://docs.aihubmix.com',
  quirks: copiesOpenAi,
})
