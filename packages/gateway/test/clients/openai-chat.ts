import OpenAI from 'openai'
import type { Client, Said, Target, Tool } from './client.ts'
import { readOpenaiError, stainlessErrors } from './openai-error.ts'

type Message = OpenAI.ChatCompletionMessageParam
type Completion = OpenAI.ChatCompletion

const question: Message = { role: 'user', content: 'Hello.' }

/** The official client, Chat Completions. */
export const openaiChat: Client = {
  name: 'openai, chat completions',
  dialect: 'openai-chat',
  plain: {
    create: async (target) => read(await open(target).create({ ...ask(target), stream: false })),
  },
  stream: {
    'create, streamed': streamed,
    'stream helper': async (target) => {
      let pieces = 0
      const stream = open(target).stream({ ...ask(target), stream_options: { include_usage: true } })
      stream.on('content', () => pieces++)
      return { ...read(await stream.finalChatCompletion()), pieces }
    },
  },
  toolTurns: {
    create: (target, tool) => converse(target, tool, (body) => open(target).create({ ...body, stream: false })),
    'stream helper': (target, tool) =>
      converse(target, tool, (body) => open(target).stream(body).finalChatCompletion()),
    runTools: async (target, tool) => {
      const runner = open(target).runTools({ ...ask(target), tools: [runnable(tool)] })
      return read(await runner.finalChatCompletion())
    },
    'runTools, streamed': async (target, tool) => {
      const runner = open(target).runTools({ ...ask(target), stream: true, tools: [runnable(tool)] })
      return read(await runner.finalChatCompletion())
    },
  },
  // What its types do not know stays only in a message that came whole and was sent back by hand.
  dropsThinking: ['stream helper', 'runTools', 'runTools, streamed'],
  showsThinking: false,
  readError: readOpenaiError,
  errors: stainlessErrors,
}

function open({ url, key }: Target): OpenAI.Chat.Completions {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 }).chat.completions
}

function ask({ model, thinks }: Target): { model: string; messages: Message[]; reasoning_effort?: 'low' } {
  return { model, messages: [question], ...(thinks && { reasoning_effort: 'low' }) }
}

function read({ choices, usage }: Completion): Said {
  return {
    text: choices[0]?.message.content ?? '',
    ...(usage && { usage: { input: usage.prompt_tokens, output: usage.completion_tokens } }),
  }
}

async function streamed(target: Target): Promise<Said> {
  const stream = await open(target).create({ ...ask(target), stream: true, stream_options: { include_usage: true } })
  let said: Said = { text: '', pieces: 0 }
  for await (const { choices, usage } of stream) {
    const piece = choices[0]?.delta.content
    if (piece) said = { ...said, text: said.text + piece, pieces: (said.pieces ?? 0) + 1 }
    if (usage) said = { ...said, usage: { input: usage.prompt_tokens, output: usage.completion_tokens } }
  }
  return said
}

type Body = ReturnType<typeof ask> & { tools: OpenAI.ChatCompletionFunctionTool[] }

/** The loop as its users write it by hand: the message goes back as it came. */
async function converse(target: Target, tool: Tool, send: (body: Body) => Promise<Completion>): Promise<Said> {
  const tools = [{ type: 'function' as const, function: definition(tool) }]
  const body = { ...ask(target), tools }
  const first = (await send(body)).choices[0]?.message
  if (!first) throw new Error('no answer')
  const results = (first.tool_calls ?? []).map((call) => {
    if (call.type !== 'function') throw new Error(`a call of type ${call.type}`)
    const content = tool.run(JSON.parse(call.function.arguments))
    return { role: 'tool' as const, tool_call_id: call.id, content }
  })
  return read(await send({ ...body, messages: [question, first, ...results] }))
}

function definition({ name, description, schema }: Tool): OpenAI.FunctionDefinition {
  return { name, description, parameters: { ...schema } }
}

function runnable({ name, description, schema, run }: Tool) {
  const parse = (text: string): object => JSON.parse(text)
  return { type: 'function' as const, function: { name, description, parameters: { ...schema }, parse, function: run } }
}
