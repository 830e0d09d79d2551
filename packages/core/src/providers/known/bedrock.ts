import { bedrockAccess } from '../access/aws.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const bedrock: KnownProvider = defineProvider({
  id: 'bedrock',
  aliases: ['amazon-bedrock', 'bedrock_converse'],
  name: 'Amazon Bedrock',
  dialect: 'bedrock-converse',
  baseUrl: 'https://bedrock-runtime.REGION.amazonaws.com',
  keyVariables: ['AWS_BEARER_TOKEN_BEDROCK'],
  docs: 'https://docs.aws.amazon.com/bedrock/latest/userguide/what-is-bedrock.html',
  access: bedrockAccess,
  tasks: { embed: { wire: 'bedrock-invoke' }, rerank: { wire: 'bedrock-invoke' }, moderate: false },
})
