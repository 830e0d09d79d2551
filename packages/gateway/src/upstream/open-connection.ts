import type { CancelSignal, TransportErrorKind } from '@sluice/core/upstream/transport.ts'
import { TransportError } from '@sluice/core/upstream/transport.ts'
import type { Ticker, Timed } from '../http/ticker.ts'
import type { Home } from './connection.ts'
import { Connection } from './connection.ts'
import type { Socket, SocketOwner } from './socket-owner.ts'
import { socketHandlers, tlsSocketHandlers } from './socket-owner.ts'
import type { Target } from './target.ts'

/**
 * A model may think for minutes without a byte; probes keep address translators on the way from forgetting the
 * connection, and find out when the other side is gone.
 */
const keepAliveAfterMs = 30_000

export interface OpenOptions {
  readonly ticker: Ticker
  readonly connectMs: number
  /** On the ticker's clock. */
  readonly totalDueAt: number
  readonly signal: CancelSignal | undefined
  /** Certificates (PEM) to trust instead of the well-known authorities. */
  readonly trustedCertificates: string | undefined
  readonly home: Home
}

/**
 * Opens a connection: name, TCP, and for https the handshake with the certificate and its host name verified. Nothing
 * is sent to a peer that was not verified.
 */
export function openConnection(target: Target, options: OpenOptions): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const opening = new Opening(target, options, { resolve, reject })
    opening.start()
  })
}

interface Waiter {
  readonly resolve: (connection: Connection) => void
  readonly reject: (error: TransportError) => void
}

class Opening implements SocketOwner, Timed {
  readonly dueAt: number
  readonly #target: Target
  readonly #options: OpenOptions
  readonly #waiter: Waiter
  #socket: Socket | undefined
  #isOver = false

  constructor(target: Target, options: OpenOptions, waiter: Waiter) {
    this.#target = target
    this.#options = options
    this.#waiter = waiter
    this.dueAt = Math.min(options.ticker.now + options.connectMs, options.totalDueAt)
  }

  start(): void {
    const { ticker, signal, trustedCertificates } = this.#options
    const { host, port, isTls } = this.#target
    if (signal?.aborted) return this.handleEvent()
    ticker.watch(this)
    signal?.addEventListener('abort', this)
    const tls = {
      serverName: host,
      rejectUnauthorized: true,
      ALPNProtocols: 'http/1.1',
      ...(trustedCertificates !== undefined && { ca: trustedCertificates }),
    }
    const socket = isTls ? tlsSocketHandlers : socketHandlers
    Bun.connect<SocketOwner>({ hostname: host, port, socket, data: this, ...(isTls && { tls }) }).catch((error) =>
      this.onError(error),
    )
  }

  onOpen(socket: Socket): void {
    this.#socket = socket
    if (this.#isOver) socket.terminate()
    else if (!this.#target.isTls) this.#ready(socket)
  }

  onHandshake(isTrusted: boolean, error: Error | null): void {
    if (this.#isOver || !this.#socket) return
    if (isTrusted && !error && this.#socket.authorized) this.#ready(this.#socket)
    else this.#fail('tls', `is not to be trusted: ${error?.message ?? 'its certificate could not be verified'}`)
  }

  onError(error: Error): void {
    if (this.#socket) this.#fail('tls', `failed the TLS handshake (${error.message})`)
    else this.#fail('connect-failed', `could not be connected to (${codeOf(error)})`)
  }

  onClose(): void {
    this.#fail(this.#target.isTls ? 'tls' : 'connect-failed', 'closed the connection while it was being opened')
  }

  onData(): void {
    this.#fail('protocol', 'spoke before it was spoken to')
  }

  onDrain(): void {
    // Nothing has been written yet.
  }

  /** The caller's signal fired. */
  handleEvent(): void {
    this.#fail('aborted', 'was not connected to because the call was given up')
  }

  expire(now: number): void {
    if (now >= this.#options.totalDueAt) this.#fail('total-timeout', 'used up the time of the whole call to connect')
    else this.#fail('connect-timeout', `could not be connected to within ${this.#options.connectMs} ms`)
  }

  #ready(socket: Socket): void {
    this.#finish()
    socket.setKeepAlive(true, keepAliveAfterMs)
    const connection = new Connection(this.#target.origin, socket, this.#options.home)
    this.#options.ticker.watch(connection)
    socket.data = connection
    this.#waiter.resolve(connection)
  }

  #fail(kind: TransportErrorKind, what: string): void {
    if (this.#isOver) return
    this.#finish()
    this.#socket?.terminate()
    this.#waiter.reject(new TransportError(kind, `The upstream at ${this.#target.origin} ${what}.`))
  }

  #finish(): void {
    this.#isOver = true
    this.#options.ticker.unwatch(this)
    this.#options.signal?.removeEventListener('abort', this)
  }
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
