import { foundryAccess } from '../access/azure.ts'
import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const azureAi: KnownProvider = defineProvider({
  id: 'azure-ai',
  aliases: ['azure_ai', 'azure-foundry'],
  name: 'Azure AI Foundry',
  dialect: 'openai-chat',
  baseUrl: 'https://RESOURCE.services.ai.azure.com',
  keyVariables: ['AZURE_AI_API_KEY'],
  docs: 'https://learn.microsoft.com/azure/ai-foundry/foundry-models/concepts/endpoints',
  access: foundryAccess,
  tasks: { embed: { wire: 'openai-embeddings', maxBatch: 96 }, rerank: false, moderate: false },
  quirks: copiesOpenAi,
})
