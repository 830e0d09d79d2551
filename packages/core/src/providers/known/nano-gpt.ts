import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const nanoGpt: KnownProvider = defineProvider({
  id: 'nano-gpt',
  name: 'NanoGPT',
  dialect: 'openai-chat',
  baseUrl: 'https://nano-gpt.com/api/v1',
  keyVariables: ['NANOGPT_API_KEY', 'NANO_GPT_API_KEY'],
  docs: 'https://docs.nano-gpt.com',
  quirks: copiesOpenAi,
  tasks: { embed: { wire: 'openai-embeddings' } },
})
