import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const cloudferro: KnownProvider = defineProvider({
  id: 'cloudferro',
  name: 'CloudFerro Sherlock',
  dialect: 'openai-chat',
  baseUrl: 'https://api-sherlock.cloudferro.com/openai/v1',
  keyVariables: ['CLOUDFERRO_SHERLOCK_API_KEY'],
  docs: 'https://docs.sherlock.cloudferro.com',
  quirks: copiesOpenAi,
})
