import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const tinfoil: KnownProvider = defineProvider({
  id: 'tinfoil',
  name: 'Tinfoil',
  dialect: 'openai-chat',
  baseUrl: 'https://inference.tinfoil.sh/v1',
  keyVariables: ['TINFOIL_API_KEY'],
  docs: 'https://docs.tinfoil.sh',
  quirks: copiesOpenAi,
})
