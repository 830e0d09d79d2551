import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const neuralwatt: KnownProvider = defineProvider({
  id: 'neuralwatt',
  name: 'Neuralwatt',
  dialect: 'openai-chat',
  baseUrl: 'https://api.neuralwatt.com/v1',
  keyVariables: ['NEURALWATT_API_KEY'],
  docs: 'https://portal.neuralwatt.com/docs',
  quirks: copiesOpenAi,
})
