import type { Timed } from '../http/ticker.ts'
import type { ExchangeOptions, Flow } from './exchange.ts'
import { Exchange } from './exchange.ts'
import type { RequestBytes } from './request-bytes.ts'
import { ResponseParser } from './response-parser.ts'
import type { Socket, SocketOwner } from './socket-owner.ts'

/** Where a connection goes when it is free, and from where it is struck off when it closes. */
export interface Home {
  /** The connection is whole and idle. `idleLimitMs` is what the peer says of its own patience. */
  takeBack(connection: Connection, idleLimitMs: number | undefined): void
  strikeOff(connection: Connection): void
}

/**
 * One open socket to an upstream, carrying one exchange at a time. It closes itself on anything it did not ask for:
 * bytes while idle, bytes after an answer, an answer before its request was sent whole.
 */
export class Connection implements Flow, SocketOwner, Timed {
  readonly origin: string
  readonly #socket: Socket
  readonly #home: Home
  #exchange: Exchange | undefined
  #parser: ResponseParser | undefined
  #unsent: (string | Uint8Array)[] = []
  #isClosed = false

  /** When an idle connection is to be closed; set by the pool. */
  idleDueAt: number = Number.POSITIVE_INFINITY

  /** The connection is watched as long as it lives; its exchange, which changes with every call, is not. */
  get dueAt(): number {
    return this.#exchange ? this.#exchange.dueAt : this.idleDueAt
  }

  constructor(origin: string, socket: Socket, home: Home) {
    this.origin = origin
    this.#socket = socket
    this.#home = home
  }

  /** Sends a request. The connection must be idle. */
  begin(request: RequestBytes, options: ExchangeOptions): Exchange {
    const exchange = new Exchange(this, options)
    this.#exchange = exchange
    this.#parser = new ResponseParser(exchange, options.isHead)
    this.#unsent = [...request]
    return exchange
  }

  /** Writes what is unsent, as far as the socket takes it; `onDrain` goes on. */
  flush(): void {
    for (;;) {
      const piece = this.#unsent[0]
      if (piece === undefined || this.#isClosed) return
      const written = this.#socket.write(piece)
      if (written < 0) return this.onClose(undefined)
      const size = typeof piece === 'string' ? Buffer.byteLength(piece) : piece.byteLength
      if (written < size) {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
        this.#unsent[0] = bytes.subarray(written)
        return
      }
      this.#unsent.shift()
    }
  }

  pause(): void {
    if (!this.#isClosed) this.#socket.pause()
  }

  resume(): void {
    if (!this.#isClosed) this.#socket.resume()
  }

  destroy(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#home.strikeOff(this)
    this.#socket.terminate()
  }

  /** A deadline of the exchange has passed, or the connection was idle for too long. */
  expire(now: number): void {
    if (this.#exchange) this.#exchange.expire(now)
    else this.destroy()
  }

  onData(bytes: Buffer): void {
    const exchange = this.#exchange
    if (!exchange || this.#isClosed) return this.destroy()
    exchange.hasAnswered = true
    const fault = this.#parser?.push(bytes)
    if (fault) exchange.break(fault.kind, `sent an answer that is not acceptable: ${fault.message}`)
    else if (exchange.isOver) this.#settle(exchange)
    else exchange.onReadDone()
  }

  onDrain(): void {
    this.flush()
  }

  onClose(error: Error | undefined): void {
    this.#isClosed = true
    this.#home.strikeOff(this)
    const exchange = this.#exchange
    this.#exchange = undefined
    if (!exchange || exchange.isOver) return
    if (error || !this.#parser?.close()) exchange.onClose()
  }

  onError(error: Error): void {
    this.#exchange?.break('tls', `broke the TLS session (${error.message})`)
    this.destroy()
  }

  onOpen(): void {
    this.destroy()
  }

  onHandshake(): void {
    this.destroy()
  }

  /** The exchange is over: keeps the connection if nothing speaks against it. */
  #settle(exchange: Exchange): void {
    if (this.#isClosed) return
    const isClean = exchange.isReusable && this.#unsent.length === 0 && !this.#parser?.hasSurplus
    this.#exchange = undefined
    this.#parser = undefined
    if (isClean) this.#home.takeBack(this, exchange.idleLimitMs)
    else this.destroy()
  }
}
