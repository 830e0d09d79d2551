import { gzipSync } from 'node:zlib'
import type { Chunking } from './chunking.ts'
import { cutPieces } from './chunking.ts'

/** Tokens a provider bills, in its own totals: `input` holds cached tokens, `output` holds reasoning. */
export interface BilledTokens {
  readonly input: number
  readonly output: number
  readonly cacheRead?: number
  readonly cacheWrite?: number
  readonly reasoning?: number
}

/** Where an answer lets the client wait. All in milliseconds, none unless told. */
export interface Timing {
  readonly beforeHeadersMs?: number
  readonly betweenChunksMs?: number
}

/**
 * How a connection goes wrong under an answer. `reset` is a TCP RST, `close` a FIN in the middle of the message,
 * `stall` says nothing more but keeps the connection, `silence` never says anything at all.
 */
export type Fault =
  | { readonly kind: 'reset' | 'close'; readonly afterBytes: number }
  | { readonly kind: 'stall'; readonly afterChunks: number }
  | { readonly kind: 'silence' }

/** One answer of a fake provider, as plain data. The functions below make variants of it. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The body in the pieces a real server would write: one for a whole answer, one per event of a stream. May be endless. */
  readonly pieces: Iterable<string | Uint8Array>
  /** How the end of the body is marked: `until-close` is the old way, where a cut looks like an end. */
  readonly framing: 'content-length' | 'chunked' | 'until-close'
  readonly chunking: Chunking
  readonly timing?: Timing
  readonly fault?: Fault
  /** What the provider bills when the whole answer was sent; a part of it when the answer broke off. */
  readonly invoice?: BilledTokens
}

/** A whole JSON answer. */
export function answerJson(body: unknown, { status = 200, headers = {}, invoice }: AnswerOptions = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    pieces: [JSON.stringify(body)],
    framing: 'content-length',
    chunking: 'whole',
    ...(invoice && { invoice }),
  }
}

/** An answer of any text, for errors that are no JSON. */
export function answerText(body: string, { status = 200, headers = {} }: AnswerOptions = {}): Answer {
  const type = { 'content-type': 'text/plain; charset=utf-8' }
  return { status, headers: { ...type, ...headers }, pieces: [body], framing: 'content-length', chunking: 'whole' }
}

/** A stream of server-sent events, each piece the whole text of one event. */
export function answerStream(events: Iterable<string>, { headers = {}, invoice }: AnswerOptions = {}): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', ...headers },
    pieces: events,
    framing: 'chunked',
    chunking: 'per-frame',
    ...(invoice && { invoice }),
  }
}

/** What an answer may have beside its body. */
export interface AnswerOptions {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly invoice?: BilledTokens
}

/** The same answer, its body cut another way. */
export function withChunking(answer: Answer, chunking: Chunking): Answer {
  return { ...answer, chunking }
}

/** The same answer, with waits. */
export function withTiming(answer: Answer, timing: Timing): Answer {
  return { ...answer, timing }
}

/** The same answer with more headers, or other values for some. */
export function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } }
}

/** The connection is reset (RST) after this many bytes of the body; a negative number resets before the headers. */
export function resetAfter(answer: Answer, afterBytes: number): Answer {
  return { ...answer, fault: { kind: 'reset', afterBytes } }
}

/** The connection is closed (FIN) after this many bytes of the body, before the message is complete. */
export function closeAfter(answer: Answer, afterBytes: number): Answer {
  return { ...answer, fault: { kind: 'close', afterBytes } }
}

/** Nothing more is sent after this many chunks; the connection stays. */
export function stallAfter(answer: Answer, afterChunks: number): Answer {
  return { ...answer, fault: { kind: 'stall', afterChunks } }
}

/** The body ends after this many pieces, and ends well as HTTP: only the dialect's own terminal is missing. */
export function endAfter(answer: Answer, pieces: number): Answer {
  return { ...answer, pieces: [...answer.pieces].slice(0, pieces) }
}

/** The body goes on with `event` (an error event, broken JSON ...) after this many pieces and ends there. */
export function breakAfter(answer: Answer, pieces: number, event: string | Uint8Array): Answer {
  return { ...answer, pieces: [...[...answer.pieces].slice(0, pieces), event] }
}

/** The request is read, and then nothing ever happens. */
export function neverAnswer(): Answer {
  return { ...answerText(''), fault: { kind: 'silence' } }
}

/** Sends the client, with its credentials, somewhere else. */
export function redirectTo(url: string, status: 301 | 302 | 303 | 307 | 308 = 307): Answer {
  return answerText('', { status, headers: { location: url } })
}

/** A stream that says the same event for ever. */
export function endlessStream(first: readonly string[], event: string): Answer {
  return answerStream(repeat(first, event))
}

function repeat(first: readonly string[], event: string): Iterable<string> {
  return {
    *[Symbol.iterator]() {
      yield* first
      for (;;) yield event
    },
  }
}

/** One line of this many bytes that never ends in a line feed, sent in pieces of 64 KB. */
export function hugeLine(bytes: number): Answer {
  const block = 'a'.repeat(65_536)
  const pieces = {
    *[Symbol.iterator]() {
      yield 'data: "'
      for (let sent = 0; sent < bytes; sent += block.length) yield block
    },
  }
  return answerStream(pieces)
}

/** The same answer, compressed, whatever the client said it accepts. */
export function gzipped(answer: Answer): Answer {
  const bytes = gzipSync(Buffer.concat([...cutPieces(answer.pieces, 'whole')]))
  return { ...withHeaders(answer, { 'content-encoding': 'gzip' }), pieces: [bytes] }
}

/** The same answer with headers of about this many bytes in all. */
export function withHugeHeaders(answer: Answer, bytes: number): Answer {
  const headers: Record<string, string> = {}
  for (let index = 0; index * 1_024 < bytes; index++) headers[`x-padding-${index}`] = 'p'.repeat(1_004)
  return withHeaders(answer, headers)
}
