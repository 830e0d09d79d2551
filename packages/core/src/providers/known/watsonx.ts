import { watsonxAccess } from '../access/watsonx.ts'
import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const watsonx: KnownProvider = defineProvider({
  id: 'watsonx',
  aliases: ['watsonx_text'],
  name: 'IBM watsonx.ai',
  dialect: 'openai-chat',
  baseUrl: 'https://REGION.ml.cloud.ibm.com',
  keyVariables: ['WATSONX_API_KEY', 'WATSONX_APIKEY'],
  docs: 'https://cloud.ibm.com/apidocs/watsonx-ai',
  access: watsonxAccess,
  tasks: { embed: false, rerank: false, moderate: false },
  quirks: { ...copiesOpenAi, doneMarker: 'optional', streamOptions: false },
})
