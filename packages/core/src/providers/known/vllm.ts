import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const vllm: KnownProvider = defineProvider({
  id: 'vllm',
  aliases: ['hosted_vllm'],
  name: 'vLLM',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:8000/v1',
  keyVariables: [],
  docs: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
  // The name `reasoning_content` was dropped: https://github.com/vllm-project/vllm/pull/33402 (seen 2026-11-21)
  quirks: { ...copiesOpenAi, replayReasoning: 'reasoning' },
  isLocal: true,
  tasks: {
    embed: { wire: 'openai-embeddings' },
    rerank: { wire: 'jina-rerank' },
    moderate: false,
    complete: { wire: 'text' },
  },
  server: { lists: ['models'], readyPath: '/health', ownedBy: 'vllm' },
})
