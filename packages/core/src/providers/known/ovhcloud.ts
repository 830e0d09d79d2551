import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const ovhcloud: KnownProvider = defineProvider({
  id: 'ovhcloud',
  name: 'OVHcloud AI Endpoints',
  dialect: 'openai-chat',
  baseUrl: 'https://oai.endpoints.kepler.ai.cloud.ovh.net/v1',
  keyVariables: ['OVHCLOUD_API_KEY'],
  docs: 'https://endpoints.ai.cloud.ovh.net',
  quirks: copiesOpenAi,
})
