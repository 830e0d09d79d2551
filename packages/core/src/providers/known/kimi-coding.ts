import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const kimiCoding: KnownProvider = defineProvider({
  id: 'kimi-coding',
  name: 'Kimi for Coding',
  dialect: 'anthropic-messages',
  baseUrl: 'https://api.kimi.com/coding/v1',
  keyVariables: ['KIMI_API_KEY'],
  docs: 'https://www.kimi.com/code/docs/en/third-party-tools/other-coding-agents.html',
  // Anthropic's server tools are not there.
  quirks: { webSearchType: '', codeExecutionType: '' },
})
