import type { JsonObject } from '@sluice/core/ir/json.ts'
import type { BilledTokens } from '../answer.ts'
import type { TextFraming } from '../frames-of-text.ts'

/** What a model says, in no dialect; the writers of this folder put it on the wire the way each real API does. */
export interface Reply {
  readonly model: string
  /** What the ids of the answer end in; `fake` unless told. Real ids never come twice. */
  readonly id?: string
  /** Shown before the text, as visible thinking. */
  readonly thinking?: string
  /** False: the thinking comes without its seal, as Responses gives it to those who do not ask. */
  readonly isSealed?: boolean
  readonly text?: string
  readonly toolCalls?: readonly ReplyToolCall[]
  readonly finish: 'stop' | 'length' | 'tool-calls' | 'content-filter'
  readonly usage: BilledTokens
}

/** A call of a client's tool. */
export interface ReplyToolCall {
  readonly id: string
  readonly name: string
  readonly args: JsonObject
  /** Free-form input instead of `args`, for custom tools. */
  readonly input?: string
}

/** One dialect's way to say a reply. */
export interface ReplyWriter {
  /** How the events stand in a stream; server-sent events unless told. */
  readonly framing?: TextFraming
  whole(reply: Reply): JsonObject
  /** The events of a stream in order, each with its blank line, the healthy terminal last. */
  events(reply: Reply): readonly string[]
  /** What a stream says when it breaks. */
  errorEvent(message: string): string
  /** The body of an answer with this status that is no success. */
  errorBody(status: number, message: string): JsonObject
}

/** The text in pieces as a model streams it: words with the space before them. */
export function piecesOf(text: string): readonly string[] {
  return text.match(/\s*\S+\s*$|\s*\S+|\s+/gu) ?? []
}

/** The JSON text of arguments, cut in the middle so that no piece is valid on its own. */
export function argumentPieces(args: JsonObject): readonly string[] {
  const text = JSON.stringify(args)
  const middle = Math.ceil(text.length / 2)
  return [text.slice(0, middle), text.slice(middle)].filter((piece) => piece !== '')
}

/** One server-sent event without a name. */
export function dataEvent(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

/** One server-sent event named after its `type`. */
export function namedEvent(value: JsonObject & { readonly type: string }): string {
  return `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`
}
