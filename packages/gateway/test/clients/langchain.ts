import { ChatAnthropic } from '@langchain/anthropic'
import type { BaseChatModel } from '@langchain/core/language_models/chat_models'
import {
  type AIMessage,
  type AIMessageChunk,
  HumanMessage,
  ToolMessage,
  type UsageMetadata,
} from '@langchain/core/messages'
import { ChatGoogleGenerativeAI } from '@langchain/google-genai'
import { ChatOpenAI } from '@langchain/openai'
import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import type { Client, ClientError, Said, Target, Tool } from './client.ts'
import { readOpenaiError, stainlessErrors } from './openai-error.ts'

interface Model {
  readonly name: string
  readonly dialect: ClientDialectId
  open(target: Target): BaseChatModel
  readError(error: unknown): ClientError | undefined
  /** Nothing of the thinking comes back, and nothing of it is shown. */
  readonly dropsThinking?: true
  /** The package below it reads no error events, with the real API too. */
  readonly missesStreamErrors?: true
  /** It adds up the two reports of a stream and takes the input from the first, with the real API too. */
  readonly miscountsStreams?: true
}

const models: readonly Model[] = [
  {
    name: 'LangChain, ChatOpenAI',
    dialect: 'openai-chat',
    open: ({ url, key, model, thinks }) =>
      new ChatOpenAI({
        model,
        apiKey: key,
        configuration: { baseURL: `${url}/v1` },
        maxRetries: 0,
        ...(thinks && { reasoning: { effort: 'low' } }),
      }),
    readError: readOpenaiError,
    dropsThinking: true,
  },
  {
    name: 'LangChain, ChatOpenAI with responses',
    dialect: 'openai-responses',
    open: ({ url, key, model, thinks }) =>
      new ChatOpenAI({
        model,
        apiKey: key,
        configuration: { baseURL: `${url}/v1` },
        useResponsesApi: true,
        maxRetries: 0,
        ...(thinks && { reasoning: { effort: 'low', summary: 'auto' } }),
      }),
    readError: readOpenaiError,
  },
  {
    name: 'LangChain, ChatAnthropic',
    dialect: 'anthropic-messages',
    open: ({ url, key, model, thinks }) =>
      new ChatAnthropic({
        model,
        apiKey: key,
        anthropicApiUrl: url,
        maxRetries: 0,
        maxTokens: 4096,
        ...(thinks && { thinking: { type: 'enabled', budget_tokens: 1024 } }),
      }),
    readError: readStatusError,
    miscountsStreams: true,
  },
  {
    name: 'LangChain, ChatGoogleGenerativeAI',
    dialect: 'gemini',
    open: ({ url, key, model, thinks }) =>
      new ChatGoogleGenerativeAI({
        model,
        apiKey: key,
        baseUrl: url,
        maxRetries: 0,
        ...(thinks && { thinkingConfig: { includeThoughts: true } }),
      }),
    readError: readStatusError,
    missesStreamErrors: true,
  },
]

const fetchErrors = {
  unauthenticated: 'GoogleGenerativeAIFetchError',
  notFound: 'GoogleGenerativeAIFetchError',
  rateLimited: 'GoogleGenerativeAIFetchError',
}

const question = new HumanMessage('Hello.')

/** LangChain, with each of its chat models that speaks one of our dialects. */
export const langchain: readonly Client[] = models.map(asClient)

function asClient({ open, dropsThinking, miscountsStreams, ...model }: Model): Client {
  return {
    ...model,
    errors: model.dialect === 'gemini' ? fetchErrors : stainlessErrors,
    showsThinking: false,
    dropsThinking: dropsThinking ? ['invoke', 'stream'] : [],
    plain: {
      invoke: async (target) => read(await open(target).invoke([question])),
    },
    stream: {
      async stream(target) {
        const { usage, ...said } = read(...(await fold(await open(target).stream([question]))))
        return { ...said, ...(usage && !miscountsStreams && { usage }) }
      },
    },
    toolTurns: {
      async invoke(target, tool) {
        const model = withTool(open(target), tool)
        const first = await model.invoke([question])
        return read(await model.invoke([question, first, ...resultsOf(first, tool)]))
      },
      async stream(target, tool) {
        const model = withTool(open(target), tool)
        const [first] = await fold(await model.stream([question]))
        return read(...(await fold(await model.stream([question, first, ...resultsOf(first, tool)]))))
      },
    },
  }
}

function withTool(model: BaseChatModel, { name, description, schema }: Tool) {
  if (!model.bindTools) throw new Error('a model without tools')
  return model.bindTools([{ type: 'function', function: { name, description, parameters: schema } }])
}

function resultsOf(message: AIMessage, tool: Tool): readonly ToolMessage[] {
  return (message.tool_calls ?? []).map(
    ({ id, name, args }) => new ToolMessage({ tool_call_id: id ?? '', name, content: tool.run(args) }),
  )
}

function read(message: AIMessage, pieces?: number): Said {
  const usage = message.usage_metadata as UsageMetadata | undefined
  return {
    text: message.text,
    ...(pieces !== undefined && { pieces }),
    ...(usage && { usage: { input: usage.input_tokens, output: usage.output_tokens } }),
  }
}

async function fold(stream: AsyncIterable<AIMessageChunk>): Promise<readonly [AIMessageChunk, number]> {
  let whole: AIMessageChunk | undefined
  let pieces = 0
  for await (const chunk of stream) {
    if (chunk.text !== '') pieces++
    whole = whole ? whole.concat(chunk) : chunk
  }
  if (!whole) throw new Error('an empty stream')
  return [whole, pieces]
}

/** These classes are copies or internals of LangChain's packages; their name, status and headers are what a user sees. */
function readStatusError(error: unknown): ClientError | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined
  const kept = 'headers' in error && error.headers instanceof Headers ? error.headers : undefined
  const more = kept && { retryAfter: kept.get('retry-after') }
  return { type: error.constructor.name, message: error.message, status: error.status, ...more }
}
