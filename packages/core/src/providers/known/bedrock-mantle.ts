import { createRegionAccess } from '../access/region.ts'
import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** Bedrock's models at an address of OpenAI's kind, for those that are not at `bedrock`. Its names have no version. */
export const bedrockMantle: KnownProvider = defineProvider({
  id: 'bedrock-mantle',
  aliases: ['bedrock_mantle'],
  name: 'Amazon Bedrock Mantle',
  dialect: 'openai-chat',
  alsoSpeaks: ['openai-responses'],
  baseUrl: 'https://bedrock-mantle.REGION.api.aws/v1',
  keyVariables: ['BEDROCK_MANTLE_API_KEY'],
  docs: 'https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html',
  quirks: copiesOpenAi,
  tasks: { embed: false, rerank: false, moderate: false },
  access: createRegionAccess({
    field: 'aws_region_name',
    variables: ['AWS_REGION_NAME', 'AWS_REGION', 'AWS_DEFAULT_REGION'],
    example: 'us-east-1',
    ownHosts: /^bedrock-mantle\.[a-z0-9-]+\.api\.aws$/,
    detectedBy: ['BEDROCK_MANTLE_API_KEY'],
    urlOf: (region) => `https://bedrock-mantle.${region}.api.aws/v1`,
  }),
})
