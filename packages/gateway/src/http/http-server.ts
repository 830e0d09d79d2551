import type { HttpAnswer } from './http-answer.ts'
import type { HttpRequest } from './http-request.ts'
import {
  type ConnectionHome,
  type HeadFault,
  type Patience,
  ServerConnection,
  usualPatience,
} from './server-connection.ts'
import { Ticker } from './ticker.ts'

export interface HttpServerOptions {
  readonly host: string
  readonly port: number
  /** Answers one request. */
  readonly handle: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>
  /** What a request gets whose handler threw. */
  readonly answerBug: (bug: unknown) => HttpAnswer
  /** What a client gets that sent something else than a request. */
  readonly answerFault: (fault: HeadFault) => HttpAnswer
  /** `usualPatience` unless told. */
  readonly patience?: Patience
}

/** How often deadlines of connections are looked at. */
const tickMs = 250

/** HTTP/1.1 over Bun's own sockets: why not `Bun.serve` is in docs/decisions/0007-inbound-http.md. */
export class HttpServer implements ConnectionHome {
  readonly ticker: Ticker = new Ticker(tickMs)
  readonly patience: Patience
  readonly handle: HttpServerOptions['handle']
  readonly answerBug: HttpServerOptions['answerBug']
  readonly answerFault: HttpServerOptions['answerFault']
  readonly #connections = new Set<ServerConnection>()
  readonly #listener: Bun.TCPSocketListener<ServerConnection>
  isClosing = false

  /** Listens at once; throws when it cannot. */
  constructor({ host, port, handle, answerBug, answerFault, patience = usualPatience }: HttpServerOptions) {
    this.handle = handle
    this.answerBug = answerBug
    this.answerFault = answerFault
    this.patience = patience
    this.#listener = Bun.listen<ServerConnection>({
      hostname: host,
      port,
      socket: {
        binaryType: 'buffer',
        open: (socket) => {
          socket.data = new ServerConnection(socket, this)
          this.#connections.add(socket.data)
        },
        data: (socket, bytes) => socket.data.onData(bytes),
        drain: (socket) => socket.data.onDrain(),
        close: (socket) => socket.data.onClose(),
        error: (socket) => socket.data.destroy(),
      },
    })
  }

  get port(): number {
    return this.#listener.port
  }

  /** Requests being answered, and answers still on their way out. */
  get busyCount(): number {
    let count = 0
    for (const connection of this.#connections) if (connection.isBusy) count++
    return count
  }

  strikeOff(connection: ServerConnection): void {
    this.#connections.delete(connection)
  }

  /** Takes no new connection and no further request; what is under way goes on. */
  close(): void {
    if (this.isClosing) return
    this.isClosing = true
    this.#listener.stop(false)
    for (const connection of [...this.#connections]) connection.retire()
  }

  /** Ends everything now. */
  stop(): void {
    this.close()
    for (const connection of [...this.#connections]) connection.destroy()
  }
}
