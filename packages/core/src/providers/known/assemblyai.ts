import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const assemblyai: KnownProvider = defineProvider({
  id: 'assemblyai',
  aliases: ['assemblyai_llm'],
  name: 'AssemblyAI LLM Gateway',
  dialect: 'openai-chat',
  baseUrl: 'https://llm-gateway.assemblyai.com/v1',
  keyVariables: ['ASSEMBLYAI_API_KEY'],
  docs: 'https://www.assemblyai.com/docs/llm-gateway',
  quirks: copiesOpenAi,
})
