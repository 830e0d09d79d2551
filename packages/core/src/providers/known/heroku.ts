import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/**  the `INFERENCE_URL` of the add-on tells another. */
export const heroku: KnownProvider = defineProvider({
  id: 'heroku',
  name: 'Heroku Managed Inference',
  dialect: 'openai-chat',
  baseUrl: 'https://us.inference.heroku.com/v1',
  keyVariables: ['HEROKU_API_KEY'],
  docs: 'https://devcenter.heroku.com/articles/heroku-inference-api-v1-chat-completions',
  quirks: copiesOpenAi,
})
