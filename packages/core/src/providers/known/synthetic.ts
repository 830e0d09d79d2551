import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const synthetic: KnownProvider = defineProvider({
  id: 'synthetic',
  name: 'Synthetic',
  dialect: 'openai-chat',
  baseUrl: 'https://api.synthetic.new/openai/v1',
  keyVariables: ['SYNTHETIC_API_KEY'],
  docs: 'https://dev.synthetic.new/docs',
  quirks: copiesOpenAi,
  tasks: { embed: { wire: 'openai-embeddings' } },
})
