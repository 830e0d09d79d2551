import OpenAI from 'openai'
import { ResponsesToolRunner } from 'openai/helpers/responses-tool-runner'
import type { Client, Said, Target, Tool } from './client.ts'
import { readOpenaiError, stainlessErrors } from './openai-error.ts'

type Input = OpenAI.Responses.ResponseInputItem
type Response = OpenAI.Responses.Response

const question: Input = { role: 'user', content: 'Hello.' }

/** The official client, Responses. Conversations are sent whole, and nothing is said about storing them. */
export const openaiResponses: Client = {
  name: 'openai, responses',
  dialect: 'openai-responses',
  plain: {
    create: async (target) => read(await open(target).responses.create({ ...ask(target), stream: false })),
  },
  stream: {
    'create, streamed': streamed,
    'stream helper': async (target) => {
      let pieces = 0
      const stream = open(target).responses.stream(ask(target))
      stream.on('response.output_text.delta', () => pieces++)
      return { ...read(await stream.finalResponse()), pieces }
    },
  },
  toolTurns: {
    create: (target, tool) =>
      converse(target, tool, (body) => open(target).responses.create({ ...body, stream: false })),
    'stream helper': (target, tool) =>
      converse(target, tool, (body) => open(target).responses.stream(body).finalResponse()),
    'tool runner': (target, tool) => runTools(target, tool, false),
    'tool runner, streamed': (target, tool) => runTools(target, tool, true),
  },
  dropsThinking: [],
  showsThinking: true,
  readError: readOpenaiError,
  errors: stainlessErrors,
}

function open({ url, key }: Target): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
}

function ask({ model, thinks }: Target): { model: string; input: Input[]; reasoning?: OpenAI.Reasoning } {
  return { model, input: [question], ...(thinks && { reasoning: { effort: 'low', summary: 'auto' } }) }
}

function read({ output, output_text, usage }: Response): Said {
  const thoughts = output.flatMap((item) => (item.type === 'reasoning' ? item.summary : []))
  return {
    text: output_text,
    thinking: thoughts.map(({ text }) => text).join(''),
    ...(usage && { usage: { input: usage.input_tokens, output: usage.output_tokens } }),
  }
}

async function streamed(target: Target): Promise<Said> {
  const stream = await open(target).responses.create({ ...ask(target), stream: true })
  let said: Said = { text: '', pieces: 0 }
  for await (const event of stream) {
    if (event.type === 'response.output_text.delta') {
      said = { ...said, text: said.text + event.delta, pieces: (said.pieces ?? 0) + 1 }
    }
    if (event.type === 'response.completed') {
      const { usage } = event.response
      said = { ...said, usage: { input: usage?.input_tokens, output: usage?.output_tokens } }
    }
  }
  return said
}

type Body = ReturnType<typeof ask> & { tools: OpenAI.Responses.FunctionTool[] }

/** The loop as its users write it by hand: the whole output goes back as it came. */
async function converse(target: Target, tool: Tool, send: (body: Body) => Promise<Response>): Promise<Said> {
  const body = { ...ask(target), tools: [definition(tool)] }
  const { output } = await send(body)
  const calls = output.filter((item) => item.type === 'function_call')
  const results = calls.map((call) => ({
    type: 'function_call_output' as const,
    call_id: call.call_id,
    output: tool.run(JSON.parse(call.arguments)),
  }))
  return read(await send({ ...body, input: [question, ...output, ...results] as Input[] }))
}

async function runTools(target: Target, tool: Tool, stream: boolean): Promise<Said> {
  const runner = new ResponsesToolRunner({
    functions: [{ tool: definition(tool), execute: (args) => tool.run(args) }],
  })
  return read(await runner.run(open(target), ask(target), { stream }))
}

function definition({ name, description, schema }: Tool): OpenAI.Responses.FunctionTool {
  return { type: 'function', name, description, parameters: { ...schema }, strict: true }
}
