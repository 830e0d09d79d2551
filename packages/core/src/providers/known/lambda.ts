import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const lambda: KnownProvider = defineProvider({
  id: 'lambda',
  aliases: ['lambda_ai'],
  name: 'Lambda',
  dialect: 'openai-chat',
  baseUrl: 'https://api.lambda.ai/v1',
  keyVariables: ['LAMBDA_API_KEY'],
  docs: 'https://docs.lambda.ai',
  quirks: copiesOpenAi,
})
