import type { EventDecoder, EventEncoder } from '../ir/dialect.ts'
import type { StreamEvent } from '../ir/event.ts'
import type { Failure } from '../ir/failure.ts'
import type { Usage } from '../ir/usage.ts'
import type { Provider } from '../providers/provider.ts'
import { type FrameReader, type FrameReaderOptions, FrameTooLarge } from '../upstream/read-frames.ts'
import type { StreamTranscoder } from './exchange.ts'
import { scrubFailure } from './scrub.ts'

interface TranslatedStreamParts {
  readonly decoder: EventDecoder
  readonly encoder: EventEncoder
  /** Text to send just before the answer's last event. */
  readonly commentOnLosses: () => string
  /** Reads the upstream's frames: one of the readers of `upstream/`. */
  readonly createReader: (options: FrameReaderOptions) => FrameReader
  /** The most the upstream may send: some dialects say the whole answer once more at its end, so it is remembered. */
  readonly limitBytes: number
  /** Whose secrets an error must not tell. */
  readonly provider: Provider
}

/** Upstream bytes -> frames -> events -> client text. Everything synchronous; the caller awaits only the network. */
export class TranslatedStream implements StreamTranscoder {
  readonly #parts: TranslatedStreamParts
  readonly #reader: FrameReader
  #readBytes = 0
  #written = ''
  isOver = false
  usage: Usage | undefined
  finish: string | null = null
  failure: Failure | undefined
  readonly isBetweenFrames = true

  constructor(parts: TranslatedStreamParts) {
    this.#parts = parts
    this.#reader = parts.createReader({ onFrame: (frame) => parts.decoder.frame(frame, this.#emit) })
  }

  push(chunk: Uint8Array): string {
    this.#readBytes += chunk.length
    const { limitBytes } = this.#parts
    if (this.#readBytes > limitBytes) throw new FrameTooLarge(`a stream of over ${limitBytes} bytes`)
    this.#reader.push(chunk)
    return this.#take()
  }

  end(): string {
    this.#reader.end()
    this.#parts.decoder.end(this.#emit)
    return this.#take()
  }

  fail(failure: Failure): string {
    this.#emit({ type: 'error', failure })
    return this.#take()
  }

  readonly #emit = (told: StreamEvent): void => {
    if (this.isOver) return
    const event = told.type === 'error' ? scrubError(told, this.#parts.provider) : told
    if (event.type === 'usage') this.usage = event.usage
    else if (event.type === 'finish') this.finish ??= event.raw ?? event.reason
    else if (event.type === 'error') this.failure = event.failure
    if (event.type === 'end') this.#written += this.#parts.commentOnLosses()
    this.isOver = event.type === 'end' || event.type === 'error'
    this.#written += this.#parts.encoder.event(event)
  }

  #take(): string {
    const text = this.#written
    this.#written = ''
    return text
  }
}

function scrubError(event: ErrorEvent, provider: Provider): ErrorEvent {
  return { ...event, failure: scrubFailure(event.failure, provider) }
}

type ErrorEvent = StreamEvent & { readonly type: 'error' }
