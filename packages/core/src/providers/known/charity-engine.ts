import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const charityEngine: KnownProvider = defineProvider({
  id: 'charity-engine',
  aliases: ['charity_engine'],
  name: 'Charity Engine',
  dialect: 'openai-chat',
  baseUrl: 'https://api.charityengine.services/remotejobs/v2/inference',
  keyVariables: ['CHARITY_ENGINE_API_KEY'],
  docs: 'https://www.charityengine.com',
  quirks: copiesOpenAi,
})
