import type { OutboundRequest, Transport, UpstreamAnswer } from '@sluice/core/upstream/transport.ts'
import { Ticker } from '../http/ticker.ts'
import type { Connection } from './connection.ts'
import type { ExchangeOptions } from './exchange.ts'
import { openConnection } from './open-connection.ts'
import { Pool } from './pool.ts'
import type { RequestBytes } from './request-bytes.ts'
import { encodeRequest } from './request-bytes.ts'
import type { Target } from './target.ts'
import { Targets } from './target.ts'

export interface SocketTransportOptions {
  /** Certificates (PEM) to trust instead of the well-known authorities; for tests and private authorities. */
  readonly trustedCertificates?: string
  /** How long an idle connection is kept; 30 s unless told. */
  readonly idleMs?: number
  /** 256 unless told. */
  readonly maxIdlePerOrigin?: number
}

/**
 * A reused connection that closes this soon without a byte was closed by the peer before it saw the request. Later
 * than that the peer may have died over the request itself, and sending it again might be paid twice.
 */
const staleWithinMs = 1000

/** HTTP/1.1 over Bun's own sockets: why not `fetch` is in docs/decisions/0005-outbound-http.md. */
export class SocketTransport implements Transport {
  readonly #ticker = new Ticker()
  readonly #targets = new Targets()
  readonly #pool: Pool
  readonly #trustedCertificates: string | undefined

  constructor({ trustedCertificates, idleMs = 30_000, maxIdlePerOrigin = 256 }: SocketTransportOptions = {}) {
    this.#pool = new Pool({ ticker: this.#ticker, idleMs, maxIdlePerOrigin })
    this.#trustedCertificates = trustedCertificates
  }

  /** Not an async function: those keep their parameters while they wait, and the bytes are enough of a large body. */
  send(request: OutboundRequest): Promise<UpstreamAnswer> {
    try {
      return this.#send(request)
    } catch (bug) {
      return Promise.reject(bug)
    }
  }

  #send(request: OutboundRequest): Promise<UpstreamAnswer> {
    const target = this.#targets.read(request.url)
    if (target.origin !== request.origin) throw new Error(`A request to ${target.origin}, not to ${request.origin}`)
    const bytes = encodeRequest(request, target)
    const pooled = this.#pool.take(target.origin)
    if (!pooled) return this.#sendAnew(bytes, target, this.#exchangeOptions(request, target))
    const sentAt = this.#ticker.now
    const options: ExchangeOptions = this.#exchangeOptions(request, target, () =>
      this.#ticker.now - sentAt > staleWithinMs
        ? undefined
        : this.#sendAnew(bytes, target, { ...options, sendAgain: undefined }),
    )
    return exchange(pooled, bytes, options)
  }

  async #sendAnew(bytes: RequestBytes, target: Target, options: ExchangeOptions): Promise<UpstreamAnswer> {
    return exchange(await this.#open(target, options), bytes, options)
  }

  /** How many connections wait for their next use. */
  get idleCount(): number {
    return this.#pool.idleCount
  }

  /** Closes the idle connections; those in use close when their answer is over or cancelled. */
  close(): void {
    this.#pool.close()
  }

  #exchangeOptions(
    { method, deadlines, signal }: OutboundRequest,
    { origin }: Target,
    sendAgain?: ExchangeOptions['sendAgain'],
  ): ExchangeOptions {
    const totalDueAt = this.#ticker.now + deadlines.totalMs
    return { ticker: this.#ticker, deadlines, isHead: method === 'HEAD', totalDueAt, signal, origin, sendAgain }
  }

  #open(target: Target, { deadlines, totalDueAt, signal }: ExchangeOptions): Promise<Connection> {
    return openConnection(target, {
      ticker: this.#ticker,
      connectMs: deadlines.connectMs,
      totalDueAt,
      signal,
      trustedCertificates: this.#trustedCertificates,
      home: this.#pool,
    })
  }
}

function exchange(connection: Connection, bytes: RequestBytes, options: ExchangeOptions): Promise<UpstreamAnswer> {
  const begun = connection.begin(bytes, options)
  const answer = begun.start()
  connection.flush()
  return answer
}
