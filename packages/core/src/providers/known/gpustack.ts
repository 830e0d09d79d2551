import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** A cluster of one's own: its server listens at port 80, mostly of another machine (`base_url`), and wants a key. */
export const gpustack: KnownProvider = defineProvider({
  id: 'gpustack',
  name: 'GPUStack',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1/v1',
  keyVariables: [],
  docs: 'https://docs.gpustack.ai/latest/user-guide/openai-compatible-apis/',
  // Its streams have been seen to end without `[DONE]` (recorded; 2026-11).
  quirks: { ...copiesOpenAi, doneMarker: 'optional' },
  isLocal: true,
})
