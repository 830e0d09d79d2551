import type { JsonObject } from '@sluice/core/ir/json.ts'
import type { BilledTokens } from '../answer.ts'
import type { Reply, ReplyToolCall, ReplyWriter } from './reply.ts'
import { argumentPieces, dataEvent, piecesOf } from './reply.ts'

const id = 'chatcmpl-fake'
const created = 1_700_000_000

/** Chat Completions as OpenAI itself streams it, with a usage chunk of its own at the end. */
export const openaiChat: ReplyWriter = {
  whole(reply) {
    const { model, text, thinking, toolCalls } = reply
    const message: JsonObject = {
      role: 'assistant',
      content: text ?? null,
      refusal: null,
      ...(thinking !== undefined && { reasoning_content: thinking }),
      ...(toolCalls && { tool_calls: toolCalls.map(wholeCall) }),
    }
    const choice = { index: 0, message, logprobs: null, finish_reason: finishWord(reply) }
    return { id, object: 'chat.completion', created, model, choices: [choice], usage: usageOf(reply.usage) }
  },

  events(reply) {
    const chunk = (delta: JsonObject, finish: string | null = null): string =>
      dataEvent({ ...chunkHead(reply), choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })
    return [
      chunk({ role: 'assistant', content: '', refusal: null }),
      ...piecesOf(reply.thinking ?? '').map((piece) => chunk({ reasoning_content: piece })),
      ...piecesOf(reply.text ?? '').map((piece) => chunk({ content: piece })),
      ...(reply.toolCalls ?? []).flatMap((call, index) => callDeltas(call, index).map((delta) => chunk(delta))),
      chunk({}, finishWord(reply)),
      dataEvent({ ...chunkHead(reply), choices: [], usage: usageOf(reply.usage) }),
      'data: [DONE]\n\n',
    ]
  },

  errorEvent: (message) => dataEvent({ error: { message, type: 'server_error', param: null, code: null } }),

  errorBody: (status, message) => ({
    error: { message, type: status >= 500 ? 'server_error' : 'invalid_request_error', param: null, code: null },
  }),
}

function chunkHead({ model }: Reply): JsonObject {
  return { id, object: 'chat.completion.chunk', created, model }
}

function wholeCall(call: ReplyToolCall): JsonObject {
  if (call.input !== undefined) return { id: call.id, type: 'custom', custom: { name: call.name, input: call.input } }
  return { id: call.id, type: 'function', function: { name: call.name, arguments: JSON.stringify(call.args) } }
}

function callDeltas(call: ReplyToolCall, index: number): readonly JsonObject[] {
  if (call.input !== undefined) {
    const first = { index, id: call.id, type: 'custom', custom: { name: call.name, input: '' } }
    return [{ tool_calls: [first] }, { tool_calls: [{ index, custom: { input: call.input } }] }]
  }
  const first = { index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }
  const rest = argumentPieces(call.args).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] }))
  return [{ tool_calls: [first] }, ...rest]
}

function finishWord({ finish }: Reply): string {
  return finish === 'tool-calls' ? 'tool_calls' : finish === 'content-filter' ? 'content_filter' : finish
}

function usageOf({ input, output, cacheRead = 0, reasoning = 0 }: BilledTokens): JsonObject {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cacheRead, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
  }
}
