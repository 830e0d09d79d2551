import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogle } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { createOpenRouter } from '@openrouter/ai-sdk-provider'
import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import { APICallError, generateText, jsonSchema, type LanguageModel, stepCountIs, streamText, tool as toolOf } from 'ai'
import type { Client, ClientError, Said, Target, Tool } from './client.ts'

// It warns of every model whose name it does not know.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })

type ProviderOptions = NonNullable<Parameters<typeof generateText>[0]['providerOptions']>

/** One provider package of the AI SDK: how it is made, and how a user asks it to think. */
export interface Provider {
  readonly name: string
  readonly dialect: ClientDialectId
  open(target: Target): LanguageModel
  readonly thinking: ProviderOptions
  readonly showsThinking?: false
  readonly dropsThinking?: true
}

/** The provider packages. */
export const aiSdkProviders: readonly Provider[] = [
  {
    name: 'AI SDK, @ai-sdk/openai',
    dialect: 'openai-responses',
    open: ({ url, key, model }) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key })(model),
    // See stateless.test.ts for why thinking needs `store: false`.
    thinking: { openai: { store: false, reasoningEffort: 'low', reasoningSummary: 'auto' } },
  },
  {
    name: 'AI SDK, @ai-sdk/openai .chat',
    dialect: 'openai-chat',
    open: ({ url, key, model }) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key }).chat(model),
    thinking: { openai: { reasoningEffort: 'low' } },
    showsThinking: false,
    dropsThinking: true,
  },
  {
    name: 'AI SDK, @ai-sdk/anthropic',
    dialect: 'anthropic-messages',
    open: ({ url, key, model }) => createAnthropic({ baseURL: `${url}/v1`, apiKey: key })(model),
    thinking: { anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } } },
  },
  {
    name: 'AI SDK, @ai-sdk/google',
    dialect: 'gemini',
    open: ({ url, key, model }) => createGoogle({ baseURL: `${url}/v1beta`, apiKey: key })(model),
    thinking: { google: { thinkingConfig: { includeThoughts: true } } },
  },
  {
    name: 'AI SDK, @ai-sdk/openai-compatible',
    dialect: 'openai-chat',
    open: ({ url, key, model }) =>
      createOpenAICompatible({
        name: 'sluice',
        baseURL: `${url}/v1`,
        apiKey: key,
        includeUsage: true,
        supportsStructuredOutputs: true,
      })(model),
    thinking: { sluice: { reasoningEffort: 'low' } },
    dropsThinking: true,
  },
  {
    name: 'AI SDK, @openrouter/ai-sdk-provider',
    dialect: 'openai-chat',
    open: ({ url, key, model }) => createOpenRouter({ baseURL: `${url}/api/v1`, apiKey: key })(model),
    thinking: { openrouter: { reasoning: { effort: 'low' } } },
  },
]

/** The AI SDK, with each of its provider packages that speaks one of our dialects. */
export const aiSdk: readonly Client[] = aiSdkProviders.map((provider) => ({
  name: provider.name,
  dialect: provider.dialect,
  plain: {
    generateText: async (target) => read(await generateText(ask(provider, target))),
  },
  stream: {
    streamText: (target) => fold(streamText({ ...ask(provider, target), onError: () => undefined })),
  },
  toolTurns: {
    generateText: async (target, tool) => read(await generateText({ ...ask(provider, target), ...stepsWith(tool) })),
    streamText: (target, tool) =>
      fold(streamText({ ...ask(provider, target), ...stepsWith(tool), onError: () => undefined })),
  },
  showsThinking: provider.showsThinking ?? true,
  dropsThinking: provider.dropsThinking ? ['generateText', 'streamText'] : [],
  readError,
  errors: { unauthenticated: 'APICallError', notFound: 'APICallError', rateLimited: 'APICallError' },
}))

function ask(provider: Provider, target: Target) {
  const thinking = target.thinks && { providerOptions: provider.thinking }
  return { model: provider.open(target), prompt: 'Hello.', maxRetries: 0, ...thinking }
}

/** The AI SDK runs the tool and sends its result by itself. */
function stepsWith({ name, description, schema, run }: Tool) {
  const inputSchema = jsonSchema<{ city: string }>({ ...schema, required: [...schema.required] })
  return { tools: { [name]: toolOf({ description, inputSchema, execute: run }) }, stopWhen: stepCountIs(3) }
}

interface Finished {
  readonly text: string
  readonly reasoningText: string | undefined
  readonly usage: { readonly inputTokens: number | undefined; readonly outputTokens: number | undefined }
}

function read({ text, reasoningText, usage }: Finished): Said {
  return { text, thinking: reasoningText ?? '', usage: { input: usage.inputTokens, output: usage.outputTokens } }
}

interface Streaming {
  readonly stream: AsyncIterable<{ readonly type: string; readonly error?: unknown }>
  readonly text: PromiseLike<string>
  readonly reasoningText: PromiseLike<string | undefined>
  readonly usage: PromiseLike<Finished['usage']>
}

async function fold(result: Streaming): Promise<Said> {
  let pieces = 0
  for await (const part of result.stream) {
    if (part.type === 'error') throw part.error
    if (part.type === 'text-delta') pieces++
  }
  const [text, reasoningText, usage] = await Promise.all([result.text, result.reasoningText, result.usage])
  return { ...read({ text, reasoningText, usage }), pieces }
}

function readError(error: unknown): ClientError | undefined {
  if (!APICallError.isInstance(error)) return undefined
  const retryAfter = error.responseHeaders?.['retry-after']
  return { type: 'APICallError', message: error.message, status: error.statusCode, retryAfter }
}
