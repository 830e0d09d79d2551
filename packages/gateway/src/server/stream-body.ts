import { ClientGone } from '@sluice/core/call/answer-stream.ts'
import type { AnswerSink, StreamBody } from '@sluice/core/call/client-call.ts'

/** A client that takes nothing for this long is given up. */
const stalledAfterMs = 60_000

/**
 * What is handed to Bun at once. Bun keeps what the client's socket did not take of it, so this bounds its buffer; the
 * rest of a larger chunk waits in ours.
 */
const pieceBytes = 32 * 1024

/**
 * A read from a fast upstream brings up to 512 KB (Bun's receive buffer, not ours to set). What a slow client leaves of
 * it is compressed after this long; answers are text and shrink to a tenth.
 */
const packAfterMs = 250
const packAboveBytes = 64 * 1024

/** Who wants to know of an answer's end. */
export interface StreamEnding {
  /** Called before the body is ended, while the connection can still be told something. */
  readonly beforeEnd?: () => void
  /**
   * Called once, after `body.run` has settled: it settles soon after the client is gone, because the sink then throws
   * `ClientGone` and because the caller's own signal ends what it waits for.
   */
  readonly onDone: () => void
}

/**
 * The HTTP body of a produced answer. A direct stream is Bun's cheapest form, and bounded as long as nothing is written
 * while the promise of an earlier write is pending (docs/decisions/0005-outbound-http.md).
 */
export function streamResponseBody(
  body: StreamBody,
  request: Request,
  ending: StreamEnding,
): ReadableStream<Uint8Array> {
  return createStream(body, { ...ending, stalledAfterMs, packAfterMs, isGone: request.signal.aborted })
}

const nothing = new Uint8Array(0)

export interface StreamOptions extends StreamEnding {
  readonly stalledAfterMs: number
  readonly packAfterMs: number
  /** The client left before its answer began. */
  readonly isGone: boolean
}

/** `streamResponseBody` with its patience as parameters. */
export function createStream(body: StreamBody, options: StreamOptions): ReadableStream<Uint8Array> {
  const sink = new ClientSink(options)
  let running: Promise<void> | undefined
  const run = (): Promise<void> => {
    running ??= body.run(sink).finally(() => {
      options.beforeEnd?.()
      sink.close()
      options.onDone()
    })
    return running
  }
  const source: Bun.DirectUnderlyingSource<Uint8Array> = {
    type: 'direct',
    pull(controller) {
      sink.open(controller)
      return run()
    },
    // Also called, without any `pull` before it, when the client left before the answer began.
    cancel() {
      sink.leave()
      void run()
    },
  }
  // The DOM's own types know no direct source.
  return Reflect.construct(ReadableStream<Uint8Array>, [source])
}

/** The client's end of one streamed answer. */
class ClientSink implements AnswerSink {
  readonly #options: StreamOptions
  #controller: ReadableStreamDirectController | undefined
  #isGone: boolean
  #wake: (() => void) | undefined

  constructor(options: StreamOptions) {
    this.#options = options
    this.#isGone = options.isGone
  }

  open(controller: ReadableStreamDirectController): void {
    this.#controller = controller
  }

  write(chunk: string | Uint8Array): void | Promise<void> {
    if (chunk.length > pieceBytes) return this.#writePieces(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    const full = this.#put(chunk)
    if (full) return this.#room(full)
  }

  /** The client has closed its connection. */
  leave(): void {
    this.#isGone = true
    this.#wake?.()
  }

  /** The answer is over: ends the body, unless nobody is there to see it. */
  close(): void {
    if (!this.#isGone) this.#controller?.close()
    this.#isGone = true
  }

  /** Writes what Bun takes; the promise, when there is one, says that the client's socket is full. */
  #put(piece: string | Uint8Array): Promise<number> | undefined {
    const taken = this.#isGone || piece.length === 0 ? 0 : this.#controller?.write(piece)
    if (typeof taken === 'object') return taken
    if (taken === 0 && piece.length > 0) throw new ClientGone()
    return undefined
  }

  /**
   * Piece by piece. When the client's socket is full, what is left is copied and the chunk let go: it may be the slice
   * of a read of half a megabyte, and an async function keeps its parameters until it is done or they are replaced.
   */
  async #writePieces(left: Uint8Array): Promise<void> {
    while (left.length > 0) {
      const full = this.#put(left.subarray(0, pieceBytes))
      if (full) {
        const rest = new Rest(left.slice(pieceBytes))
        left = nothing
        await this.#room(full, rest)
        left = rest.unpack()
      } else left = left.subarray(pieceBytes)
    }
  }

  /** Waits until the socket has room; gives a client up that takes nothing at all for too long. */
  async #room(full: Promise<number>, rest?: Rest): Promise<void> {
    const stalled = setTimeout(() => this.cut(), this.#options.stalledAfterMs)
    const slow = rest && setTimeout(() => rest.pack(), this.#options.packAfterMs)
    try {
      await Promise.race([full, this.#left()])
    } finally {
      clearTimeout(stalled)
      clearTimeout(slow)
      this.#wake = undefined
    }
    if (this.#isGone) throw new ClientGone()
  }

  #left(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** Cuts the connection: the answer is not complete, and must not look so. */
  cut(): void {
    if (this.#isGone) return
    this.leave()
    this.#controller?.close(new Error('The answer broke off, or the client took nothing for too long.'))
  }
}

/** The part of a chunk that a full socket did not take. */
class Rest {
  #bytes: Uint8Array
  #isPacked = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  pack(): void {
    if (this.#isPacked || this.#bytes.length < packAboveBytes) return
    this.#bytes = Bun.zstdCompressSync(this.#bytes, { level: 1 })
    this.#isPacked = true
  }

  unpack(): Uint8Array {
    return this.#isPacked ? Bun.zstdDecompressSync(this.#bytes) : this.#bytes
  }
}
