import type { ClientDialectId, DialectId } from './dialect-id.ts'
import type { Emit, StreamEvent } from './event.ts'
import type { Failure, Result } from './failure.ts'
import type { JsonObject } from './json.ts'
import type { GenerateRequest, Loss } from './request.ts'
import type { GenerateResponse } from './response.ts'
import type { Usage } from './usage.ts'

/** One server-sent event after framing, before JSON. A frame of a JSON-array stream has no `event`. */
export interface Frame {
  readonly event?: string
  readonly data: string
}

export type Lose = (loss: Omit<Loss, 'side'>) => void

/** What a codec may know beside the bytes. Codecs have no clock and no randomness of their own. */
export interface CodecContext {
  /** Name of the configured provider the call goes to; it is the `provider` of every seal it makes. */
  readonly provider: string
  /** Seconds since 1970, for `created` fields the upstream did not send. */
  readonly createdAt: number
  /** A fresh id with this prefix: `newId('call_')`. Letters, digits, `_` and `-` only. */
  readonly newId: (prefix: string) => string
}

/** A client's request as it came in: its body, and what its dialect says in the URL instead. */
export interface WireRequest {
  readonly body: JsonObject
  /** Gemini and Azure name the model in the path. */
  readonly model?: string
  /** Gemini says in the path whether to stream. */
  readonly stream?: boolean
}

/** An answer to a client: all the text of it. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Reads one streamed upstream answer. Made per call; every method is synchronous. */
export interface EventDecoder {
  frame(frame: Frame, emit: Emit): void
  /** The body ended; emits an `error` itself if it ended before its healthy terminal. Safe to call after `end` or `error`. */
  end(emit: Emit): void
}

/** Writes one streamed client answer. Made per call; returns the text to send now, often ''. */
export interface EventEncoder {
  event(event: StreamEvent): string
}

/** How a client's stream is framed: server-sent events, or (gemini without `alt=sse`) one JSON array. */
export type StreamFraming = 'sse' | 'json-array'

export interface EncoderOptions {
  readonly request: GenerateRequest
  readonly context: CodecContext
  readonly framing: StreamFraming
}

/** Watches a byte-for-byte answer go by and learns only what the bill and the log need. */
export interface Meter {
  /** `data` of one event. Called for every frame; parses JSON only where usage, finish, failure or the terminal can be. */
  frame(frame: Frame): void
  readonly usage: Usage | undefined
  readonly finish: string | null
  readonly failure: Failure | undefined
  /** The dialect's own healthy end has been seen. */
  readonly isComplete: boolean
  /** Complete as it is, but more may follow: usage, or a last marker some hosts leave out. */
  readonly mayGoOn?: boolean
}

/** What a client may speak to us. */
export interface ClientDialect {
  readonly id: ClientDialectId
  decodeRequest(call: WireRequest, context: CodecContext): Result<GenerateRequest>
  encodeResponse(response: GenerateResponse, options: EncoderOptions, lose: Lose): JsonObject
  createEncoder(options: EncoderOptions, lose: Lose): EventEncoder
  /** The whole HTTP answer for a call that failed before its first byte. */
  encodeFailure(failure: Failure): WireAnswer
  /** What ends a stream whose bytes were relayed so far: the dialect's own error event, never a healthy terminal. */
  encodeStreamFailure(failure: Failure, framing: StreamFraming): string
  /** A frame that keeps the connection warm and means nothing, or undefined where the dialect allows none. */
  readonly heartbeat: string | undefined
  /** Whether its clients pass over the comments of server-sent events. */
  readonly bearsComments: boolean
}

/** Where and how a request of this dialect is posted, relative to the provider's base URL. */
export interface Endpoint {
  /** Begins with `/`; the model is percent-encoded where the dialect puts it in the path. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** What we may speak to a provider. `Quirks` are the named habits of one provider, each with a default. */
export interface ProviderDialect<Quirks = unknown> {
  readonly id: DialectId
  readonly defaultQuirks: Quirks
  endpoint(model: string, stream: boolean): Endpoint
  /** Headers that present an API key the way this dialect's own provider wants it. */
  authHeaders(apiKey: string): Readonly<Record<string, string>>
  encodeRequest(request: GenerateRequest, options: RequestOptions<Quirks>, lose: Lose): JsonObject
  /** A whole answer as events, in the grammar of `event.ts`. A 200 that holds an error emits `error`. */
  decodeResponse(body: JsonObject, options: RequestOptions<Quirks>, emit: Emit): void
  createDecoder(options: RequestOptions<Quirks>): EventDecoder
  createMeter(options: RequestOptions<Quirks>): Meter
  /** Reads an answer whose status is not 2xx, whatever its body. Never throws. */
  decodeFailure(answer: FailedAnswer, provider: string): Failure
}

export interface RequestOptions<Quirks> {
  readonly quirks: Quirks
  readonly context: CodecContext
}

export interface FailedAnswer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What an answer tells about itself. */
export interface AnswerFacts {
  readonly usage: Usage | undefined
  /** The provider's own word for how it ended, null when it gave none. */
  readonly finish: string | null
}

/** What a relay's edits depend on. */
export interface RelayEditOptions<Quirks> {
  readonly stream: boolean
  readonly quirks: Quirks
  /** Guarded fields the provider's configuration lets through. */
  readonly allow: ReadonlySet<string>
  readonly lose: Lose
}

/** How a body of this dialect is relayed: what is edited in the request, and what matters in the answer's bytes. */
export interface RelayRules<Quirks = unknown> {
  /** Whether the request body names the model (gemini names it in the path). */
  readonly isModelInBody: boolean
  /**
   * False for a body in the words of another host of this dialect which this one refuses: then it is translated.
   * Absent: every body passes.
   */
  suits?(body: JsonObject, quirks: Quirks): boolean
  /** Members to set in the request before it goes upstream, as JSON text by name, in a fresh object; `model` is the relay's own. */
  edits(body: JsonObject, options: RelayEditOptions<Quirks>): Record<string, string>
  /** Request text in which this finds nothing holds no guarded field, however it is spelt. */
  readonly guardMarks: RegExp
  /** Names of fields in this body that reach across tenants; each is refused unless the provider allows it. */
  findGuarded(body: JsonObject): readonly string[]
  /** Stream text in which this finds nothing holds no frame the meter needs. */
  readonly marks: RegExp
  /**
   * What the bill and the log need of a whole answer that is plainly healthy; undefined for any other, which is then
   * read in full.
   */
  readFacts(body: JsonObject): AnswerFacts | undefined
  /** True for a frame that is there only because of an edit of ours; the client did not ask for it. */
  isUnasked(frame: Frame, body: JsonObject): boolean
  /** The dialect has no last frame: only the end of the body ends an answer. */
  readonly endsAtClose: boolean
  /** A stream may come as one JSON array whose elements are the frames. */
  readonly hasArrayStreams: boolean
}

/** A client's way to ask how many tokens a request holds, without an answer being made. */
export interface CountDialect {
  decodeRequest(call: WireRequest, context: CodecContext): Result<GenerateRequest>
  encodeAnswer(inputTokens: number): JsonObject
}

/** A provider's way to be asked that. */
export interface CountWire {
  readonly dialect: DialectId
  endpoint(model: string): Endpoint
  /** Whether a body of this dialect passes as it is. */
  relays(client: DialectId, body: JsonObject): boolean
  /** The body that asks, from the body that would ask for an answer. */
  asCountBody(body: JsonObject, model: string): JsonObject
  /** The count in an answer; undefined when there is none. */
  readAnswer(body: JsonObject): number | undefined
  decodeFailure(answer: FailedAnswer, provider: string): Failure
}
