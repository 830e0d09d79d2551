import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const datarobot: KnownProvider = defineProvider({
  id: 'datarobot',
  name: 'DataRobot LLM Gateway',
  dialect: 'openai-chat',
  baseUrl: 'https://app.datarobot.com/api/v2/genai/llmgw',
  keyVariables: ['DATAROBOT_API_TOKEN'],
  docs: 'https://docs.datarobot.com/en/docs/gen-ai',
  quirks: copiesOpenAi,
})
