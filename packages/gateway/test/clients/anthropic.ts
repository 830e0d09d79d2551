import Anthropic from '@anthropic-ai/sdk'
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'
import type { Client, ClientError, Said, Target, Tool } from './client.ts'
import { stainlessErrors } from './openai-error.ts'

type Body = Anthropic.MessageCreateParamsNonStreaming

const question: Anthropic.MessageParam = { role: 'user', content: 'Hello.' }

/** The official client. */
export const anthropic: Client = {
  name: '@anthropic-ai/sdk',
  dialect: 'anthropic-messages',
  plain: {
    create: async (target) => read(await open(target).messages.create(ask(target))),
  },
  stream: {
    'create, streamed': streamed,
    'stream helper': async (target) => {
      let pieces = 0
      const stream = open(target).messages.stream(ask(target))
      stream.on('text', () => pieces++)
      return { ...read(await stream.finalMessage()), pieces }
    },
  },
  toolTurns: {
    create: (target, tool) => converse(target, tool, (body) => open(target).messages.create(body)),
    'stream helper': (target, tool) =>
      converse(target, tool, (body) => open(target).messages.stream(body).finalMessage()),
    'tool runner': async (target, tool) => {
      const runner = open(target).beta.messages.toolRunner({ ...ask(target), tools: [runnable(tool)] })
      return read(await runner.runUntilDone())
    },
    'tool runner, streamed': async (target, tool) => {
      const runner = open(target).beta.messages.toolRunner({ ...ask(target), stream: true, tools: [runnable(tool)] })
      return read(await runner.runUntilDone())
    },
  },
  dropsThinking: [],
  showsThinking: true,
  readError,
  errors: stainlessErrors,
}

function open({ url, key }: Target): Anthropic {
  return new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 })
}

function ask({ model, thinks }: Target): Body {
  const thinking = { type: 'enabled', budget_tokens: 1024 } as const
  return { model, max_tokens: 4096, messages: [question], ...(thinks && { thinking }) }
}

function read({ content, usage }: Anthropic.Message | Anthropic.Beta.BetaMessage): Said {
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    thinking: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    usage: { input: usage.input_tokens, output: usage.output_tokens },
  }
}

async function streamed(target: Target): Promise<Said> {
  const stream = await open(target).messages.create({ ...ask(target), stream: true })
  let said: Said = { text: '', pieces: 0 }
  for await (const event of stream) {
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
      said = { ...said, text: said.text + event.delta.text, pieces: (said.pieces ?? 0) + 1 }
    }
    if (event.type === 'message_delta') {
      const { input_tokens, output_tokens } = event.usage
      said = { ...said, usage: { input: input_tokens ?? undefined, output: output_tokens } }
    }
  }
  return said
}

/** The loop as its users write it by hand: the content goes back as it came. */
async function converse(target: Target, tool: Tool, send: (body: Body) => Promise<Anthropic.Message>): Promise<Said> {
  const { name, description, schema } = tool
  const body = { ...ask(target), tools: [{ name, description, input_schema: mutable(schema) }] }
  const { content } = await send(body)
  const results = content.flatMap((block) =>
    block.type === 'tool_use'
      ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: tool.run(block.input) }]
      : [],
  )
  const messages = [question, { role: 'assistant' as const, content }, { role: 'user' as const, content: results }]
  return read(await send({ ...body, messages }))
}

function runnable({ name, description, schema, run }: Tool) {
  return betaTool({ name, description, inputSchema: mutable(schema), run })
}

function mutable(schema: Tool['schema']) {
  return { ...schema, required: [...schema.required] }
}

function readError(error: unknown): ClientError | undefined {
  if (!(error instanceof Anthropic.APIError)) return undefined
  const { message } = error
  return { type: error.constructor.name, message, status: error.status, retryAfter: error.headers?.get('retry-after') }
}
