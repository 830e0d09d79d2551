import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

export const dockerModelRunner: KnownProvider = defineProvider({
  id: 'docker-model-runner',
  aliases: ['docker_model_runner'],
  name: 'Docker Model Runner',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:12434/engines/v1',
  keyVariables: [],
  docs: 'https://docs.docker.com/ai/model-runner/api-reference',
  quirks: copiesOpenAi,
  isLocal: true,
})
