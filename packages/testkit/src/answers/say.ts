import type { ClientDialectId, DialectId } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import type { Answer, BilledTokens } from '../answer.ts'
import { answerJson, answerStream, breakAfter } from '../answer.ts'
import { encodeEventStreamFrame, eventStreamType } from '../event-stream.ts'
import { readFramesOfText } from '../frames-of-text.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { bedrockConverse } from './bedrock-converse.ts'
import { cohere } from './cohere.ts'
import { gemini } from './gemini.ts'
import { ollama } from './ollama.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'
import type { Reply, ReplyWriter } from './reply.ts'

/** How each dialect puts a reply on the wire. */
export const replyWriters: Readonly<Record<ClientDialectId, ReplyWriter>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  gemini,
}

/** The same for dialects that only providers speak. */
export const replyWritersOfProviders: Readonly<Record<DialectId, ReplyWriter>> = {
  ...replyWriters,
  'bedrock-converse': bedrockConverse,
  cohere,
  ollama,
}

/** The writer of a dialect, whoever speaks it. */
export function replyWriterOf(dialect: DialectId): ReplyWriter {
  return replyWritersOfProviders[dialect]
}

/** How a reply is said. */
export interface SayOptions {
  /** False unless told. */
  readonly stream?: boolean
  readonly model?: string
  readonly usage?: BilledTokens
  readonly thinking?: string
  readonly isSealed?: boolean
  /** What the ids of the answer end in. */
  readonly id?: string
  readonly finish?: Reply['finish']
  /** Gemini only: one JSON array instead of server-sent events. */
  readonly isJsonArray?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

/** What a reply costs unless a test says otherwise. */
export const usualUsage: BilledTokens = { input: 12, output: 5 }

/** An answer that says this text. */
export function sayText(dialect: DialectId, text: string, options: SayOptions = {}): Answer {
  return sayReply(dialect, { ...replyOf(options), text }, options)
}

/** An answer that calls one tool. A string as `args` is a custom tool's free-form input. */
export function callTool(
  dialect: DialectId,
  call: { readonly name: string; readonly args: JsonObject | string; readonly id?: string },
  options: SayOptions = {},
): Answer {
  const { name, args, id = callIdOf(dialect) } = call
  const toolCall = typeof args === 'string' ? { id, name, args: {}, input: args } : { id, name, args }
  return sayReply(dialect, { ...replyOf(options), finish: 'tool-calls', toolCalls: [toolCall] }, options)
}

/** An answer that says a reply put together by hand. */
export function sayReply(dialect: DialectId, reply: Reply, options: SayOptions = {}): Answer {
  const writer = replyWriterOf(dialect)
  const more = { invoice: reply.usage, headers: options.headers ?? {} }
  if (options.stream !== true) return answerJson(writer.whole(reply), more)
  if (options.isJsonArray === true) return asJsonArray(writer.events(reply), more)
  if (dialect === 'bedrock-converse') return asEventStream(writer.events(reply), more)
  const headers = writer.framing === 'ndjson' ? { 'content-type': 'application/x-ndjson' } : {}
  return answerStream(writer.events(reply), { ...more, headers: { ...headers, ...more.headers } })
}

/** An answer with an error status in the dialect's own words. */
export function sayError(
  dialect: DialectId,
  status: number,
  { message = 'something went wrong', headers = {} }: { message?: string; headers?: Record<string, string> } = {},
): Answer {
  return answerJson(replyWriterOf(dialect).errorBody(status, message), { status, headers })
}

/** Status 200 and a body that is an error all the same. */
export function sayErrorAsSuccess(dialect: DialectId, message = 'something went wrong'): Answer {
  return answerJson(replyWriterOf(dialect).errorBody(500, message))
}

/** A stream that says an error event after this many events. */
export function sayErrorAfter(dialect: DialectId, events: number, answer: Answer): Answer {
  const event = replyWriterOf(dialect).errorEvent('the model fell over')
  return breakAfter(answer, events, dialect === 'bedrock-converse' ? encodeEvent(event) : event)
}

function replyOf(options: SayOptions): Reply {
  const { model = 'fake-model', usage = usualUsage, finish = 'stop', thinking, isSealed, id } = options
  return {
    model,
    usage,
    finish,
    ...(thinking !== undefined && { thinking }),
    ...(isSealed !== undefined && { isSealed }),
    ...(id !== undefined && { id }),
  }
}

function callIdOf(dialect: DialectId): string {
  return dialect === 'anthropic-messages' ? 'toolu_fake1' : 'call_fake1'
}

/** Google's array stream: `[{...}\r\n,\r\n{...}\r\n]`. */
function asJsonArray(
  events: readonly string[],
  more: { invoice: BilledTokens; headers: Record<string, string> },
): Answer {
  const pieces = events.map((event, index) => (index === 0 ? '[' : ',\r\n') + event.slice('data: '.length).trimEnd())
  const answer = answerStream([...pieces, ']'], more)
  return { ...answer, headers: { ...answer.headers, 'content-type': 'application/json; charset=UTF-8' } }
}

/** AWS's binary messages, one for each event. */
function asEventStream(
  events: readonly string[],
  more: { invoice: BilledTokens; headers: Record<string, string> },
): Answer {
  const answer = answerStream([], more)
  return {
    ...answer,
    headers: { ...answer.headers, 'content-type': eventStreamType },
    pieces: events.map(encodeEvent),
  }
}

/** The binary message of an event written as text. */
function encodeEvent(event: string): Uint8Array {
  return Buffer.concat(readFramesOfText(event, 'sse').map(encodeEventStreamFrame))
}
