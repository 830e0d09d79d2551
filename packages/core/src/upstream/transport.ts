import type { Deadlines } from './deadlines.ts'

/**
 * The port through which a call reaches a provider: one HTTP exchange, no retries of its own beyond a stale pooled
 * connection, no redirects, every wait bounded. Implementations live with the runtime that opens the sockets.
 */
export interface Transport {
  /**
   * Sends one request and resolves with status and headers as soon as they are known. Rejects with `TransportError`,
   * and with nothing else unless there is a bug.
   */
  send(request: OutboundRequest): Promise<UpstreamAnswer>
}

/** What may be asked of a provider. `HEAD` is answered without a body, whatever its headers say. */
export type OutboundMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One request, whole. */
export interface OutboundRequest {
  readonly url: string
  /** The origin the configuration names; a `url` of any other origin is a bug and is never connected to. */
  readonly origin: string
  readonly method: OutboundMethod
  /** Lower-case names. `host`, `content-length`, `connection` and `accept-encoding` are the transport's own. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
  readonly deadlines: Deadlines
  /** Firing it ends the exchange at any point with kind `aborted` and closes the connection. */
  readonly signal?: CancelSignal
}

/**
 * The part of an `AbortSignal` that calls need. Every call has one, and a real one with its controller and listener
 * costs as much as relaying a short answer.
 */
export interface CancelSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: CancelListener): void
  removeEventListener(type: 'abort', listener: CancelListener): void
}

export interface CancelListener {
  handleEvent(): void
}

export interface UpstreamAnswer {
  readonly status: number
  /** Lower-case names; a header that came several times is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** Must be read to its end or cancelled: until then it holds a connection. */
  readonly body: ByteSource
}

/** The bytes of an answer, as they arrive. One reader; the next `read` only after the one before has settled. */
export interface ByteSource {
  /**
   * The next bytes, which belong to the caller; `undefined` at the complete end and ever after. Rejects with
   * `TransportError` when the answer breaks off: a break never looks like an end.
   */
  read(): Promise<Uint8Array | undefined>
  /**
   * The text of a short answer that is complete and has come in one piece, so that nobody need wait for it; undefined
   * for any other, for one of more bytes than this, and once `read` was called. Absent where a source cannot tell.
   */
  takeText?(mostBytes: number): string | undefined
  /** Gives the rest up and frees the connection. Safe to call at any time, any number of times. */
  cancel(): void
  /**
   * False when the answer had neither a length nor chunks, so that its end and a break look the same: then only the
   * dialect's own terminal tells whether the answer is whole.
   */
  readonly isDelimited: boolean
}

/** What went wrong on the wire. `hasAnswered` on the error tells whether any byte of an answer had come. */
export type TransportErrorKind =
  /** No connection: refused, unreachable, unknown host. */
  | 'connect-failed'
  | 'connect-timeout'
  /** Not one byte of the answer's body within `firstTokenMs`. */
  | 'first-byte-timeout'
  | 'gap-timeout'
  | 'total-timeout'
  /** The peer closed or reset the connection before the answer's headers were whole. */
  | 'reset'
  /** The peer closed or reset the connection inside the body. */
  | 'truncated'
  /** What came is not HTTP/1.1 as we accept it. */
  | 'protocol'
  /** Headers or body over their limit. */
  | 'too-large'
  /** The certificate or the handshake. */
  | 'tls'
  /** A 3xx answer; never followed, because that would hand the provider's key to another host. */
  | 'redirect'
  /** What the request must be authorised with could not be had; nothing was sent. */
  | 'credential'
  /** The caller's own signal, or `cancel`. */
  | 'aborted'

/** The one error a transport rejects with. Its message names origins and limits, never headers, queries or bodies. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly kind: TransportErrorKind
  /** Whether any byte of an answer had come: if not, the provider may never have seen the request. */
  readonly hasAnswered: boolean

  constructor(kind: TransportErrorKind, message: string, hasAnswered = false) {
    super(message)
    this.kind = kind
    this.hasAnswered = hasAnswered
  }
}
