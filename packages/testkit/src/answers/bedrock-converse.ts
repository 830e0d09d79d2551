import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObject } from '@sluice/core/ir/read.ts'
import type { BilledTokens } from '../answer.ts'
import { fakeSignature } from './anthropic-messages.ts'
import type { Reply, ReplyWriter } from './reply.ts'
import { argumentPieces, piecesOf } from './reply.ts'

/**
 * Converse and ConverseStream. The events are written as text here, so that laws may cut them anywhere as they cut those
 * of other dialects; on the wire each is one binary message: see `sayReply`.
 */
export const bedrockConverse: ReplyWriter = {
  whole: (reply) => ({
    metrics: { latencyMs: 100 },
    output: { message: { role: 'assistant', content: blocksOf(reply) } },
    stopReason: stopWord(reply),
    usage: usageOf(reply.usage),
  }),

  events: (reply) => [
    event('messageStart', { role: 'assistant' }),
    ...blocksOf(reply).flatMap(blockEvents),
    event('messageStop', { stopReason: stopWord(reply) }),
    event('metadata', { metrics: { latencyMs: 100 }, usage: usageOf(reply.usage) }),
  ],

  errorEvent: (message) => event('error', { type: 'error', error: { type: 'modelStreamErrorException', message } }),

  errorBody: (_status, message) => ({ message }),
}

function event(name: string, value: JsonObject): string {
  return `event: ${name}\ndata: ${JSON.stringify({ ...value, p: 'abcdefg' })}\n\n`
}

function blocksOf({ thinking, isSealed = true, text, toolCalls = [] }: Reply): readonly JsonObject[] {
  const signature = isSealed ? { signature: fakeSignature } : {}
  return [
    ...(thinking === undefined ? [] : [{ reasoningContent: { reasoningText: { text: thinking, ...signature } } }]),
    ...(text === undefined ? [] : [{ text }]),
    ...toolCalls.map(({ id, name, args, input }) => ({
      toolUse: { toolUseId: id, name, input: input === undefined ? args : { input } },
    })),
  ]
}

/** Only calls announce themselves with a start. */
function blockEvents(block: JsonObject, contentBlockIndex: number): readonly string[] {
  const delta = (value: JsonObject): string => event('contentBlockDelta', { contentBlockIndex, delta: value })
  const stop = event('contentBlockStop', { contentBlockIndex })
  if (typeof block['text'] === 'string') return [...piecesOf(block['text']).map((text) => delta({ text })), stop]
  const thought = asObject(asObject(block['reasoningContent'])?.['reasoningText'])
  if (thought) {
    const { text, signature } = thought
    const pieces = piecesOf(String(text)).map((piece) => delta({ reasoningContent: { text: piece } }))
    return [...pieces, ...(signature === undefined ? [] : [delta({ reasoningContent: { signature } })]), stop]
  }
  const { input, ...toolUse } = asObject(block['toolUse']) ?? {}
  const args = argumentPieces(asObject(input) ?? {}).map((json) => delta({ toolUse: { input: json } }))
  return [event('contentBlockStart', { contentBlockIndex, start: { toolUse } }), ...args, stop]
}

function stopWord({ finish }: Reply): string {
  if (finish === 'stop') return 'end_turn'
  if (finish === 'length') return 'max_tokens'
  return finish === 'tool-calls' ? 'tool_use' : 'guardrail_intervened'
}

/** `inputTokens` leaves out what the cache gave and took. */
function usageOf({ input, output, cacheRead = 0, cacheWrite = 0 }: BilledTokens): JsonObject {
  return {
    inputTokens: input - cacheRead - cacheWrite,
    cacheReadInputTokens: cacheRead,
    cacheWriteInputTokens: cacheWrite,
    outputTokens: output,
    totalTokens: input + output,
  }
}
