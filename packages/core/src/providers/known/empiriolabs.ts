import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const empiriolabs: KnownProvider = defineProvider({
  id: 'empiriolabs',
  name: 'EmpirioLabs',
  dialect: 'openai-chat',
  baseUrl: 'https://api.empiriolabs.ai/v1',
  keyVariables: ['EMPIRIOLABS_API_KEY'],
  docs: 'https://empiriolabs.ai',
  quirks: copiesOpenAi,
})
