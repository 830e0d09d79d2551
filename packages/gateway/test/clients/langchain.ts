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
import type { DialectId } from '@sluice/core/ir/dialect-id.ts'
import { anthropic } from './anthropic.ts'
import type { Client, ClientError, Said, Target, Tool } from './client.ts'
import { readOpenaiError } from './openai-error.ts'

interface Model {
  readonly name: string
  readonly dialect: DialectId
  open(target: Target): BaseChatModel
  readError(error: unknown): ClientError | undefined
  /** Nothing of the thinking comes back, and nothing of it is shown. */
  readonly dropsThinking?: true
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
    readError: anthropic.readError,
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
    readError: readFetchError,
  },
]

const question = new HumanMessage('Hello.')

/** LangChain, with each of its chat models that speaks one of our dialects. */
export const langchain: readonly Client[] = models.map(
  ({ name, dialect, open, readError, dropsThinking, miscountsStreams }) => ({
    name,
    dialect,
    readError,
    showsThinking: false,
    dropsThinking: dropsThinking ? ['invoke', 'stream'] : [],
    plain: {
      invoke: async (target) => read(await open(target).invoke([question])),
    },
    stream: {
      stream: async (target) => {
        const { usage, ...said } = read(...(await fold(await open(target).stream([question]))))
        return { ...said, ...(usage && !miscountsStreams && { usage }) }
      },
    },
    toolTurns: {
      invoke: async (target, tool) => {
        const model = withTool(open(target), tool)
        const first = await model.invoke([question])
        return read(await model.invoke([question, first, ...resultsOf(first, tool)]))
      },
      stream: async (target, tool) => {
        const model = withTool(open(target), tool)
        const [first] = await fold(await model.stream([question]))
        return read(...(await fold(await model.stream([question, first, ...resultsOf(first, tool)]))))
      },
    },
  }),
)

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

/** The class is not exported by LangChain's package, so its name and status are what a user can look at. */
function readFetchError(error: unknown): ClientError | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined
  return { type: error.constructor.name, status: error.status }
}
