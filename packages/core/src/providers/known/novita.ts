import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const novita: KnownProvider = defineProvider({
  id: 'novita',
  name: 'Novita AI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.novita.ai/openai',
  keyVariables: ['NOVITA_API_KEY'],
  docs: 'https://novita.ai/docs/guides/introduction',
  quirks: copiesOpenAi,
  tasks: { moderate: false, complete: { wire: 'text' } },
})
