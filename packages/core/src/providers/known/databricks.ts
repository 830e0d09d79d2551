import { databricksAccess } from '../access/databricks.ts'
import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const databricks: KnownProvider = defineProvider({
  id: 'databricks',
  name: 'Databricks',
  dialect: 'openai-chat',
  baseUrl: 'https://WORKSPACE.cloud.databricks.com/serving-endpoints',
  keyVariables: ['DATABRICKS_API_KEY', 'DATABRICKS_TOKEN'],
  docs: 'https://docs.databricks.com/aws/en/machine-learning/model-serving/score-foundation-models',
  access: databricksAccess,
  tasks: { rerank: false, moderate: false },
  quirks: { ...copiesOpenAi, doneMarker: 'optional' },
})
