import { azureAccess } from '../access/azure.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const azure: KnownProvider = defineProvider({
  id: 'azure',
  aliases: ['azure-openai', 'azure_text'],
  name: 'Azure OpenAI',
  dialect: 'openai-chat',
  baseUrl: 'https://RESOURCE.openai.azure.com',
  keyVariables: ['AZURE_API_KEY', 'AZURE_OPENAI_API_KEY'],
  docs: 'https://learn.microsoft.com/azure/ai-foundry/openai/reference',
  access: azureAccess,
  tasks: {
    embed: { wire: 'openai-embeddings', maxBatch: 2048 },
    rerank: false,
    moderate: false,
    complete: { wire: 'text', models: ['gpt-35-turbo-instruct'] },
  },
})
