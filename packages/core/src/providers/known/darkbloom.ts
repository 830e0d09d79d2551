import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const darkbloom: KnownProvider = defineProvider({
  id: 'darkbloom',
  name: 'Darkbloom',
  dialect: 'openai-chat',
  baseUrl: 'https://api.darkbloom.dev/v1',
  keyVariables: ['DARKBLOOM_API_KEY'],
  docs: 'https://darkbloom.dev',
  quirks: copiesOpenAi,
})
