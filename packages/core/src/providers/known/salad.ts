import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const salad: KnownProvider = defineProvider({
  id: 'salad',
  aliases: ['salad_cloud'],
  name: 'Salad Cloud',
  dialect: 'openai-chat',
  baseUrl: 'https://ai.salad.cloud/v1',
  keyVariables: ['SALAD_CLOUD_API_KEY'],
  docs: 'https://docs.salad.com',
  quirks: copiesOpenAi,
})
