import type { Failure } from '../ir/failure.ts'
import type { ByteSource } from '../upstream/transport.ts'
import type { CallLife } from './call-life.ts'
import type { CallPorts } from './call-ports.ts'
import type { AnswerSink, StreamBody } from './client-call.ts'
import type { StreamTranscoder } from './exchange.ts'
import { internalFailure } from './internal-failure.ts'
import { transportFailure } from './transport-failure.ts'

/** What an answer's stream is made of. */
export interface AnswerStreamParts {
  readonly source: ByteSource
  readonly transcoder: StreamTranscoder
  /** What keeps a silent stream warm; undefined where nothing may be written in between. */
  readonly heartbeat: string | undefined
  readonly provider: string
  readonly life: CallLife
  readonly ports: CallPorts
  readonly heartbeatMs: number
}

type Chunk = Uint8Array | undefined

/** The first output of a stream, or `quiet` when the provider is silent for so long that the client must hear of us. */
export type Opening =
  | { readonly output: string | Uint8Array; readonly isEnd: boolean }
  | { readonly quiet: Promise<Chunk> }

/**
 * Reads until there is something to send. Until then nothing has gone to the client, so a failure found here can still
 * become a proper HTTP error or another attempt.
 */
export async function openStream({
  source,
  transcoder,
  heartbeat,
  ports,
  heartbeatMs,
}: AnswerStreamParts): Promise<Opening> {
  let callOff = (): void => undefined
  const quiet = new Promise<'quiet'>((resolve) => {
    if (heartbeat !== undefined) callOff = ports.after(heartbeatMs, () => resolve('quiet'))
  })
  try {
    for (;;) {
      const read = source.read()
      const chunk = await Promise.race([read, quiet])
      if (chunk === 'quiet') {
        read.catch(() => undefined) // told of when the stream begins; until then nobody listens
        return { quiet: read }
      }
      const output = chunk === undefined ? transcoder.end() : transcoder.push(chunk)
      if (chunk === undefined || output.length > 0 || transcoder.failure) return { output, isEnd: chunk === undefined }
    }
  } finally {
    callOff()
  }
}

/** The client's body from its opening on: forwards each read at once and ends in exactly one way. */
export class AnswerStream implements StreamBody {
  readonly #parts: AnswerStreamParts
  readonly #opening: Opening
  #isWriting = false
  #hasBeatDue = false

  constructor(parts: AnswerStreamParts, opening: Opening) {
    this.#parts = parts
    this.#opening = opening
  }

  async run(sink: AnswerSink): Promise<void> {
    const { source, heartbeat, ports, heartbeatMs } = this.#parts
    const stopBeating =
      heartbeat === undefined ? undefined : ports.every(heartbeatMs, () => this.#beat(sink, heartbeat))
    try {
      await this.#forward(sink)
    } finally {
      stopBeating?.()
      const { isOver, failure } = this.#parts.transcoder
      if (isOver && !failure) void drain(source)
      else source.cancel()
    }
  }

  async #forward(sink: AnswerSink): Promise<void> {
    const { source, transcoder, life } = this.#parts
    try {
      const isEnd = await this.#begin(sink)
      for (let over = isEnd || transcoder.isOver; !over; ) {
        const chunk = await source.read()
        const isLast = chunk === undefined
        const full = this.#write(sink, isLast ? transcoder.end() : transcoder.push(chunk))
        // What is named after this line stays in memory while a slow client keeps us waiting: not the chunk.
        if (full) await full
        over = isLast || transcoder.isOver
      }
    } catch (error) {
      return this.#breakOff(sink, error)
    }
    if (transcoder.failure) life.breakOff(transcoder.failure, transcoder)
    else life.succeed(200, transcoder)
  }

  /** Sends the opening; true when the upstream had already ended. */
  async #begin(sink: AnswerSink): Promise<boolean> {
    const { transcoder, heartbeat, life } = this.#parts
    if ('output' in this.#opening) {
      life.markFirstByte()
      await this.#write(sink, this.#opening.output)
      return this.#opening.isEnd
    }
    await this.#write(sink, heartbeat ?? '')
    const chunk = await this.#opening.quiet
    life.markFirstByte()
    await this.#write(sink, chunk === undefined ? transcoder.end() : transcoder.push(chunk))
    return chunk === undefined
  }

  /**
   * Not an async function: those keep their parameters while they wait, and `output` may be a slice of a large read
   * which the sink has long let go.
   */
  #write(sink: AnswerSink, output: string | Uint8Array): void | Promise<void> {
    if (output.length === 0) return
    this.#hasBeatDue = false
    const full = sink.write(output)
    if (full !== undefined) return this.#awaitRoom(full)
  }

  async #awaitRoom(full: Promise<void>): Promise<void> {
    this.#isWriting = true
    try {
      await full
    } finally {
      this.#isWriting = false
    }
  }

  /** Called every heartbeat period: writes only when a whole period went by without a byte. */
  #beat(sink: AnswerSink, heartbeat: string): void {
    const isIdle = this.#hasBeatDue
    this.#hasBeatDue = true
    if (!isIdle || this.#isWriting || !this.#parts.transcoder.isBetweenFrames) return
    const { source } = this.#parts
    try {
      this.#write(sink, heartbeat)?.catch(() => source.cancel())
    } catch {
      source.cancel() // the client is gone: what waits for the next chunk need not wait any more
    }
  }

  async #breakOff(sink: AnswerSink, error: unknown): Promise<void> {
    const { transcoder, life } = this.#parts
    const failure = this.#failureOf(error)
    life.breakOff(failure, transcoder)
    if (failure.kind === 'cancelled') return
    try {
      await sink.write(transcoder.fail(failure))
    } catch {
      return // the client left while its answer was breaking off: the record above stands
    }
  }

  /** A bug is told to the client as well: nobody above can, once an answer has begun. */
  #failureOf(error: unknown): Failure {
    if (error instanceof ClientGone) return clientGone
    const { life, ports, provider } = this.#parts
    const failure = transportFailure(error, provider)
    if (failure) return failure
    ports.reportBug(error, life.requestId)
    return internalFailure(life.requestId)
  }
}

/** What a sink throws when nobody listens any more. */
export class ClientGone extends Error {}

const clientGone: Failure = { kind: 'cancelled', message: 'The client closed the connection.', retry: 'never' }

/** Reads past the last frame so that the connection can be used again; gives up on an upstream that goes on sending. */
async function drain(source: ByteSource): Promise<void> {
  try {
    for (let reads = 0; reads < 4; reads++) if ((await source.read()) === undefined) return
  } catch {
    return // the answer was complete; how the connection ends does not matter
  }
  source.cancel()
}
