import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const textGenerationWebui: KnownProvider = defineProvider({
  id: 'text-generation-webui',
  aliases: ['oobabooga'],
  name: 'text-generation-webui',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:5000/v1',
  keyVariables: [],
  docs: 'https://github.com/oobabooga/text-generation-webui/wiki/12-%E2%80%90-OpenAI-API',
  quirks: copiesOpenAi,
  isLocal: true,
})
