import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const friendli: KnownProvider = defineProvider({
  id: 'friendli',
  aliases: ['friendliai'],
  name: 'Friendli',
  dialect: 'openai-chat',
  baseUrl: 'https://api.friendli.ai/serverless/v1',
  keyVariables: ['FRIENDLI_TOKEN', 'FRIENDLIAI_API_KEY'],
  docs: 'https://friendli.ai/docs/guides/serverless_endpoints/introduction',
  quirks: copiesOpenAi,
})
