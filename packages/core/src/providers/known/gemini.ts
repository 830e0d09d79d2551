import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const gemini: KnownProvider = defineProvider({
  id: 'gemini',
  aliases: ['google', 'google-ai-studio'],
  name: 'Google AI Studio (Gemini)',
  dialect: 'gemini',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
  docs: 'https://ai.google.dev/api/generate-content',
  // "at most 100 requests can be in one batch", it says of more (seen 2026-11-21)
  tasks: { embed: { wire: 'gemini-embed', maxBatch: 100 }, count: { wire: 'gemini' } },
})
