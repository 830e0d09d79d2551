import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const codestral: KnownProvider = defineProvider({
  id: 'codestral',
  name: 'Mistral Codestral',
  dialect: 'openai-chat',
  baseUrl: 'https://codestral.mistral.ai/v1',
  keyVariables: ['CODESTRAL_API_KEY'],
  docs: 'https://docs.mistral.ai/capabilities/code_generation',
})
