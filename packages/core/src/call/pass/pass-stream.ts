import type { AnswerFacts } from '../../ir/dialect.ts'
import type { Failure } from '../../ir/failure.ts'
import type { ByteSource } from '../../upstream/transport.ts'
import { ClientGone } from '../answer-stream.ts'
import type { CallLife } from '../call-life.ts'
import type { CallPorts } from '../call-ports.ts'
import type { AnswerSink, StreamBody } from '../client-call.ts'
import { internalFailure } from '../internal-failure.ts'
import { transportFailure } from '../transport-failure.ts'

interface PassStreamParts {
  readonly source: ByteSource
  readonly status: number
  readonly provider: string
  readonly life: CallLife
  readonly ports: CallPorts
}

/** Nothing of a passed answer is understood. */
export const noFacts: AnswerFacts = { usage: undefined, finish: null }

/**
 * An answer whose bytes go by as they are, whatever they are. Each read waits until the client has room for the one
 * before. One that breaks off cuts the client's connection: a break never looks like an end, and no words can be put in.
 */
export class PassStream implements StreamBody {
  readonly #parts: PassStreamParts

  constructor(parts: PassStreamParts) {
    this.#parts = parts
  }

  async run(sink: AnswerSink): Promise<void> {
    const { source, life, status } = this.#parts
    try {
      await this.#forward(sink)
      life.succeed(status, noFacts)
    } catch (error) {
      life.breakOff(this.#failureOf(error), noFacts)
      sink.cut()
    } finally {
      source.cancel()
    }
  }

  async #forward(sink: AnswerSink): Promise<void> {
    const { source, life } = this.#parts
    for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
      life.markFirstByte()
      const full = sink.write(chunk)
      if (full) await full
    }
  }

  #failureOf(error: unknown): Failure {
    if (error instanceof ClientGone) return clientGone
    const { provider, life, ports } = this.#parts
    const failure = transportFailure(error, provider)
    if (failure) return failure
    ports.reportBug(error, life.requestId)
    return internalFailure(life.requestId)
  }
}

const clientGone: Failure = { kind: 'cancelled', message: 'The client closed the connection.', retry: 'never' }
