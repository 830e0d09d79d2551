import { copilotAccess } from '../access/copilot.ts'
import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const githubCopilot: KnownProvider = defineProvider({
  id: 'github-copilot',
  aliases: ['github_copilot', 'copilot'],
  name: 'GitHub Copilot',
  dialect: 'openai-chat',
  baseUrl: 'https://api.githubcopilot.com',
  keyVariables: ['GITHUB_COPILOT_TOKEN'],
  docs: 'https://docs.github.com/en/copilot',
  access: copilotAccess,
  tasks: { embed: { wire: 'openai-embeddings' }, rerank: false, moderate: false },
  quirks: copiesOpenAi,
})
