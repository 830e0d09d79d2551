import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObject } from '@sluice/core/ir/read.ts'
import type { BilledTokens } from '../answer.ts'
import type { Reply, ReplyToolCall, ReplyWriter } from './reply.ts'
import { argumentPieces, namedEvent, piecesOf } from './reply.ts'

const id = 'msg_fake'

/** What stands for a signature; long enough to be noticed when it is lost. */
export const fakeSignature = 'ZmFrZS1zaWduYXR1cmUtb2YtdGhlLXRlc3Q='

/** The Messages API, blocks one after the other, stop reason and final usage together. */
export const anthropicMessages: ReplyWriter = {
  whole(reply) {
    return {
      ...messageHead(reply),
      content: blocksOf(reply),
      stop_reason: stopWord(reply),
      usage: usageOf(reply.usage),
    }
  },

  events(reply) {
    const input = usageOf(reply.usage)
    const start = { ...messageHead(reply), content: [], stop_reason: null, usage: { ...input, output_tokens: 1 } }
    return [
      namedEvent({ type: 'message_start', message: start }),
      namedEvent({ type: 'ping' }),
      ...blocksOf(reply).flatMap((block, index) => blockEvents(block, index)),
      namedEvent({
        type: 'message_delta',
        delta: { stop_reason: stopWord(reply), stop_sequence: null },
        usage: { ...input, output_tokens: reply.usage.output },
      }),
      namedEvent({ type: 'message_stop' }),
    ]
  },

  errorEvent: (message) => namedEvent({ type: 'error', error: { type: 'overloaded_error', message } }),

  errorBody: (status, message) => ({
    type: 'error',
    error: { type: errorTypes[status] ?? 'api_error', message },
    request_id: 'req_fake',
  }),
}

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

function messageHead({ model }: Reply): JsonObject {
  return { id, type: 'message', role: 'assistant', model, stop_sequence: null }
}

function blocksOf({ thinking, text, toolCalls = [] }: Reply): readonly JsonObject[] {
  return [
    ...(thinking === undefined ? [] : [{ type: 'thinking', thinking, signature: fakeSignature }]),
    ...(text === undefined ? [] : [{ type: 'text', text }]),
    ...toolCalls.map(toolUse),
  ]
}

function toolUse({ id: callId, name, args, input }: ReplyToolCall): JsonObject {
  return { type: 'tool_use', id: callId, name, input: input === undefined ? args : { input } }
}

function blockEvents(block: JsonObject, index: number): readonly string[] {
  const start = (content: JsonObject): string =>
    namedEvent({ type: 'content_block_start', index, content_block: content })
  const delta = (value: JsonObject): string => namedEvent({ type: 'content_block_delta', index, delta: value })
  const stop = namedEvent({ type: 'content_block_stop', index })
  if (block['type'] === 'text') {
    const texts = piecesOf(String(block['text'])).map((text) => delta({ type: 'text_delta', text }))
    return [start({ type: 'text', text: '' }), ...texts, stop]
  }
  if (block['type'] === 'thinking') {
    const thoughts = piecesOf(String(block['thinking'])).map((thinking) => delta({ type: 'thinking_delta', thinking }))
    const seal = delta({ type: 'signature_delta', signature: fakeSignature })
    return [start({ type: 'thinking', thinking: '', signature: '' }), ...thoughts, seal, stop]
  }
  const args = argumentPieces(asObject(block['input']) ?? {}).map((json) =>
    delta({ type: 'input_json_delta', partial_json: json }),
  )
  return [start({ ...block, input: {} }), ...args, stop]
}

function stopWord({ finish }: Reply): string {
  if (finish === 'stop') return 'end_turn'
  if (finish === 'length') return 'max_tokens'
  return finish === 'tool-calls' ? 'tool_use' : 'refusal'
}

/** `input_tokens` leaves out what the cache gave and took. */
function usageOf({ input, output, cacheRead = 0, cacheWrite = 0 }: BilledTokens): JsonObject {
  return {
    input_tokens: input - cacheRead - cacheWrite,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: output,
    service_tier: 'standard',
  }
}
