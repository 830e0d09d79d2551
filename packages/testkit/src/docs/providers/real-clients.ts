import type { EndpointId } from './endpoints.ts'

/** A client of a provider's own making, and the test in which it speaks through the gateway to a fake of that provider. */
export interface RealClient {
  /** The known provider's id. */
  readonly provider: string
  readonly endpoints: readonly EndpointId[]
  /** The npm package. */
  readonly client: string
  /** From the project's root. */
  readonly test: string
}

const clients = 'packages/gateway/test/clients'

/** A test holds that each of these files imports that package. */
export const realClients: readonly RealClient[] = [
  { provider: 'openai', endpoints: ['chat'], client: 'openai', test: `${clients}/openai-chat.ts` },
  { provider: 'anthropic', endpoints: ['chat'], client: '@anthropic-ai/sdk', test: `${clients}/anthropic.ts` },
  { provider: 'gemini', endpoints: ['chat'], client: '@google/genai', test: `${clients}/google.ts` },
  { provider: 'openrouter', endpoints: ['chat'], client: '@openrouter/ai-sdk-provider', test: `${clients}/ai-sdk.ts` },
  {
    provider: 'anthropic',
    endpoints: ['count'],
    client: '@anthropic-ai/sdk',
    test: `${clients}/models-and-counts.test.ts`,
  },
  { provider: 'gemini', endpoints: ['count'], client: '@google/genai', test: `${clients}/models-and-counts.test.ts` },
  { provider: 'openai', endpoints: ['embeddings', 'moderations'], client: 'openai', test: `${clients}/tasks.test.ts` },
  { provider: 'gemini', endpoints: ['embeddings'], client: '@google/genai', test: `${clients}/tasks.test.ts` },
  { provider: 'cohere', endpoints: ['embeddings', 'rerank'], client: 'cohere-ai', test: `${clients}/tasks.test.ts` },
  { provider: 'voyage', endpoints: ['embeddings', 'rerank'], client: 'voyageai', test: `${clients}/tasks.test.ts` },
  { provider: 'openai', endpoints: ['pass-through'], client: 'openai', test: `${clients}/pass-through.test.ts` },
  {
    provider: 'anthropic',
    endpoints: ['pass-through'],
    client: '@anthropic-ai/sdk',
    test: `${clients}/pass-through.test.ts`,
  },
  { provider: 'gemini', endpoints: ['pass-through'], client: '@google/genai', test: `${clients}/pass-through.test.ts` },
  {
    provider: 'bedrock',
    endpoints: ['pass-through'],
    client: '@aws-sdk/client-bedrock-runtime',
    test: `${clients}/pass-through.test.ts`,
  },
]
