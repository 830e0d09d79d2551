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
})
