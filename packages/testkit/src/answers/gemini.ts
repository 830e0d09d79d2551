import type { JsonObject } from '@sluice/core/ir/json.ts'
import type { BilledTokens } from '../answer.ts'
import type { Reply, ReplyToolCall, ReplyWriter } from './reply.ts'
import { piecesOf } from './reply.ts'

/** What stands for the signature of a call that was thought about. */
export const fakeThoughtSignature = 'ZmFrZS10aG91Z2h0LXNpZ25hdHVyZQ=='

/** generateContent: every chunk is a whole small answer, function calls come in one piece, ends with `finishReason`. */
export const gemini: ReplyWriter = {
  whole(reply) {
    return chunk(reply, partsOf(reply), finishWord(reply))
  },

  events(reply) {
    const pieces = partsOf(reply).flatMap(splitPart)
    const last = pieces.pop()
    const end = chunk(reply, last ? [last] : [{ text: '' }], finishWord(reply))
    return [...pieces.map((part) => chunk(reply, [part])), end].map(crlfEvent)
  },

  errorEvent: (message) => crlfEvent(errorOf(503, message)),

  errorBody: errorOf,
}

/** Google ends its lines with CRLF, alone among the four. */
function crlfEvent(value: unknown): string {
  return `data: ${JSON.stringify(value)}\r\n\r\n`
}

function errorOf(status: number, message: string): JsonObject {
  return { error: { code: status, message, status: statusWords[status] ?? 'UNKNOWN' } }
}

const statusWords: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

function chunk({ model, usage }: Reply, parts: readonly JsonObject[], finish?: string): JsonObject {
  return {
    candidates: [
      { content: { parts, role: 'model' }, ...(finish !== undefined && { finishReason: finish }), index: 0 },
    ],
    usageMetadata: usageOf(usage),
    modelVersion: model,
    responseId: 'fake-response',
  }
}

function partsOf({ thinking, text, toolCalls = [] }: Reply): JsonObject[] {
  return [
    ...(thinking === undefined ? [] : [{ text: thinking, thought: true }]),
    ...(text === undefined ? [] : [{ text }]),
    ...toolCalls.map((call, index) => ({
      ...functionCall(call),
      // The first of parallel calls is signed for all of them: https://ai.google.dev/gemini-api/docs/thought-signatures
      ...(thinking !== undefined && index === 0 && { thoughtSignature: fakeThoughtSignature }),
    })),
  ]
}

function functionCall({ name, args, input }: ReplyToolCall): JsonObject {
  return { functionCall: { name, args: input === undefined ? args : { input } } }
}

function splitPart(part: JsonObject): readonly JsonObject[] {
  const { text } = part
  return typeof text === 'string' ? piecesOf(text).map((piece) => ({ ...part, text: piece })) : [part]
}

/** Function calls end with STOP too. */
function finishWord({ finish }: Reply): string {
  if (finish === 'length') return 'MAX_TOKENS'
  return finish === 'content-filter' ? 'SAFETY' : 'STOP'
}

/** `candidatesTokenCount` leaves out the thoughts, `promptTokenCount` includes the cache. */
function usageOf({ input, output, cacheRead = 0, reasoning = 0 }: BilledTokens): JsonObject {
  return {
    promptTokenCount: input,
    candidatesTokenCount: output - reasoning,
    totalTokenCount: input + output,
    ...(cacheRead > 0 && { cachedContentTokenCount: cacheRead }),
    ...(reasoning > 0 && { thoughtsTokenCount: reasoning }),
  }
}
