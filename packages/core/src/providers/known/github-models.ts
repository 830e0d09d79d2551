import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** `GITHUB_TOKEN` is left out on purpose: it stands on many machines for other reasons. */
export const githubModels: KnownProvider = defineProvider({
  id: 'github-models',
  aliases: ['github'],
  name: 'GitHub Models',
  dialect: 'openai-chat',
  baseUrl: 'https://models.github.ai/inference',
  keyVariables: ['GITHUB_API_KEY'],
  docs: 'https://docs.github.com/en/rest/models/inference',
  quirks: { allowedTools: false, customTools: false },
  tasks: { embed: { wire: 'openai-embeddings' } },
})
