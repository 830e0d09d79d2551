import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** Its OpenAI-compatible frontend; its own protocol (`/v2`) is reached by pass-through. */
export const triton: KnownProvider = defineProvider({
  id: 'triton',
  name: 'NVIDIA Triton',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:9000/v1',
  keyVariables: [],
  docs: 'https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/client_guide/openai_readme.html',
  quirks: copiesOpenAi,
  isLocal: true,
  server: { lists: ['models', 'repository-index'], readyPath: '/v2/health/ready' },
})
