import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const nvidia: KnownProvider = defineProvider({
  id: 'nvidia',
  aliases: ['nvidia_nim'],
  name: 'NVIDIA NIM',
  dialect: 'openai-chat',
  baseUrl: 'https://integrate.api.nvidia.com/v1',
  keyVariables: ['NVIDIA_API_KEY', 'NVIDIA_NIM_API_KEY'],
  docs: 'https://docs.api.nvidia.com/nim',
  quirks: copiesOpenAi,
  // https://docs.nvidia.com/nim/nemo-retriever/text-embedding/latest/reference.html (seen 2026-11-21)
  tasks: { embed: { wire: 'nim-embeddings' }, rerank: false, moderate: false, complete: { wire: 'text' } },
})
