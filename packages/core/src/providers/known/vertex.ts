import { vertexAccess } from '../access/vertex.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const vertex: KnownProvider = defineProvider({
  id: 'vertex',
  aliases: ['vertex_ai', 'vertex-ai', 'google-vertex', 'vertex_ai_beta'],
  name: 'Google Vertex AI',
  dialect: 'gemini',
  baseUrl: 'https://LOCATION-aiplatform.googleapis.com',
  keyVariables: ['VERTEX_API_KEY'],
  docs: 'https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference',
  access: vertexAccess,
  tasks: { embed: { wire: 'vertex-predict' }, rerank: false, moderate: false, count: { wire: 'vertex-gemini' } },
})
