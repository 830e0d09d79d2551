import { snowflakeAccess } from '../access/snowflake.ts'
import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const snowflake: KnownProvider = defineProvider({
  id: 'snowflake',
  aliases: ['snowflake-cortex'],
  name: 'Snowflake Cortex',
  dialect: 'openai-chat',
  baseUrl: 'https://ACCOUNT.snowflakecomputing.com/api/v2/cortex/v1',
  keyVariables: ['SNOWFLAKE_PAT', 'SNOWFLAKE_JWT', 'SNOWFLAKE_TOKEN'],
  docs: 'https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-rest-api',
  access: snowflakeAccess,
  tasks: { embed: false, rerank: false, moderate: false },
  quirks: {
    ...copiesOpenAi,
    doneMarker: 'optional',
    reasoningControl: 'reasoning',
    maxTokens: 'max_completion_tokens',
  },
})
