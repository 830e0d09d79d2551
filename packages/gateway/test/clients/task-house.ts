import { answerJson } from '@sluice/testkit/answer.ts'
import { answerTask } from '@sluice/testkit/answers/tasks.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { startTestGateway, type TestGateway } from '../start-test-gateway.ts'

/** Providers that embed, each by its own wire. The model is `<name>/m`, or as its maker would call it. */
export const embedders: readonly string[] = [
  'openai/m',
  'mistral/m',
  'voyage/m',
  'jina/m',
  'nvidia/m',
  'cohere/m',
  'gemini/m',
  'huggingface/org/m',
  'tei/m',
  'ollama-native/m',
  'azure/m',
  'vertex/text-embedding-005',
  'vertex/gemini-embedding-001',
  'vertex/gemini-embedding-2',
  'bedrock/amazon.titan-embed-text-v2:0',
  'bedrock/cohere.embed-v4:0',
]

/** Providers that rerank. */
export const rerankers: readonly string[] = [
  'cohere/m',
  'jina/m',
  'voyage/m',
  'tei/m',
  'vllm/m',
  'bedrock/cohere.rerank-v3-5:0',
  'bedrock/amazon.rerank-v1:0',
]

/** A gateway in front of a provider of every wire, all played by one server. */
export interface TaskHouse extends AsyncDisposable {
  readonly gateway: TestGateway
  readonly provider: FakeProvider
}

export async function openTaskHouse(): Promise<TaskHouse> {
  const provider = await startFakeProvider({
    answer: (call) => answerTask(call) ?? answerJson({ error: { message: `no ${call.path}` } }, { status: 404 }),
  })
  const { url } = provider
  const key = 'api_key: canary-upstream-0123456789'
  const gateway = await startTestGateway(`providers:
  openai: { base_url: ${url}/v1, ${key} }
  mistral: { base_url: ${url}/v1, ${key} }
  voyage: { base_url: ${url}/v1, ${key} }
  jina: { base_url: ${url}/v1, ${key} }
  nvidia: { base_url: ${url}/v1, ${key} }
  cohere: { base_url: ${url}/v2, ${key} }
  gemini: { base_url: ${url}/v1beta, ${key} }
  huggingface: { base_url: ${url}/v1, ${key} }
  tei: { base_url: ${url}/v1, ${key} }
  ollama-native: { base_url: ${url}/api, ${key} }
  vllm: { base_url: ${url}/v1, ${key} }
  bedrock: { base_url: ${url}, aws_region_name: us-east-1, ${key} }
  azure: { base_url: ${url}, api_version: 2024-10-21, ${key} }
  vertex: { base_url: ${url}, vertex_project: p-1, vertex_location: global, ${key} }
  claude: { dialect: anthropic-messages, base_url: ${url}/v1, ${key} }
settings: { detect: false }`)
  return {
    gateway,
    provider,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await provider.stop()
    },
  }
}
