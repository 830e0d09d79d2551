import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const clarifai: KnownProvider = defineProvider({
  id: 'clarifai',
  name: 'Clarifai',
  dialect: 'openai-chat',
  baseUrl: 'https://api.clarifai.com/v2/ext/openai/v1',
  keyVariables: ['CLARIFAI_API_KEY', 'CLARIFAI_PAT'],
  docs: 'https://docs.clarifai.com/compute/inference',
  quirks: copiesOpenAi,
})
