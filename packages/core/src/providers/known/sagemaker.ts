import { sagemakerAccess } from '../access/aws.ts'
import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const sagemaker: KnownProvider = defineProvider({
  id: 'sagemaker',
  aliases: ['sagemaker_chat'],
  name: 'Amazon SageMaker',
  dialect: 'openai-chat',
  baseUrl: 'https://runtime.sagemaker.REGION.amazonaws.com',
  keyVariables: [],
  docs: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html',
  access: sagemakerAccess,
  tasks: { embed: false, rerank: false, moderate: false },
  quirks: { ...copiesOpenAi, doneMarker: 'optional' },
})
