import type { JsonObject } from '@sluice/core/ir/json.ts'
import type { BilledTokens } from '../answer.ts'
import type { Reply, ReplyToolCall, ReplyWriter } from './reply.ts'
import { piecesOf } from './reply.ts'

const created_at = '2026-11-21T00:00:00Z'

/** Ollama's own chat: a stream of JSON lines, calls whole. */
export const ollama: ReplyWriter = {
  framing: 'ndjson',

  whole(reply) {
    const { model, text, thinking, toolCalls } = reply
    const message = {
      role: 'assistant',
      content: text ?? '',
      ...(thinking !== undefined && { thinking }),
      ...(toolCalls && { tool_calls: toolCalls.map(callOf) }),
    }
    return { model, created_at, message, ...endOf(reply) }
  },

  events(reply) {
    const { model, text = '', thinking = '', toolCalls = [] } = reply
    const line = (message: JsonObject, more: JsonObject = { done: false }): string =>
      `${JSON.stringify({ model, created_at, message: { role: 'assistant', content: '', ...message }, ...more })}\n`
    return [
      ...piecesOf(thinking).map((piece) => line({ thinking: piece })),
      ...piecesOf(text).map((piece) => line({ content: piece })),
      ...toolCalls.map((call) => line({ tool_calls: [callOf(call)] })),
      line({}, endOf(reply)),
    ]
  },

  errorEvent: (message) => `${JSON.stringify({ error: message })}\n`,

  errorBody: (_status, message) => ({ error: message }),
}

function callOf({ id, name, args, input }: ReplyToolCall, index?: number): JsonObject {
  return { id, function: { index: index ?? 0, name, arguments: input === undefined ? args : { input } } }
}

function endOf({ finish, usage }: Reply): JsonObject {
  return { done: true, done_reason: finish === 'length' ? 'length' : 'stop', ...countsOf(usage) }
}

function countsOf({ input, output }: BilledTokens): JsonObject {
  return { prompt_eval_count: input, eval_count: output, total_duration: 1_000_000 }
}
