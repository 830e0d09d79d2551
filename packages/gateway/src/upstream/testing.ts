import type { OutboundRequest, UpstreamAnswer } from '@sluice/core/upstream/transport.ts'

/** One connection as the raw server sees it. */
export interface RawPeer {
  /** What has been received and not yet taken by a request. */
  write(data: string | Uint8Array): number
  /** Closes in good order, after what was written. */
  end(): void
  /** Closes with a reset. */
  reset(): void
  /** Resolves when the other side, or this one, has closed. */
  readonly closed: Promise<void>
  /** Resolves the next time the socket has room again. */
  nextDrain(): Promise<void>
}

export interface RawServer {
  readonly origin: string
  readonly port: number
  /** Connections ever accepted. */
  readonly peers: readonly RawPeer[]
  /** Whole requests received, head and body, over all connections. */
  readonly requests: readonly string[]
  stop(): void
}

export interface RawServerOptions {
  /** Called for each whole request. */
  readonly onRequest?: (peer: RawPeer, request: string) => void
  readonly onOpen?: (peer: RawPeer) => void
  readonly tls?: { readonly key: string; readonly cert: string }
}

interface PeerState {
  readonly peer: RawPeer
  received: string
  onDrain: () => void
  onClose: () => void
}

/** A TCP server that answers with exactly the bytes a test gives it. */
export function startRawServer({ onRequest, onOpen, tls }: RawServerOptions): RawServer {
  const peers: RawPeer[] = []
  const requests: string[] = []
  const listener = Bun.listen<PeerState>({
    hostname: '127.0.0.1',
    port: 0,
    ...(tls && { tls }),
    socket: {
      open(socket) {
        socket.data = createPeer(socket)
        peers.push(socket.data.peer)
        onOpen?.(socket.data.peer)
      },
      data(socket, bytes) {
        const state = socket.data
        state.received += bytes.toString('latin1')
        for (let request = takeRequest(state); request !== undefined; request = takeRequest(state)) {
          requests.push(request)
          onRequest?.(state.peer, request)
        }
      },
      drain: (socket) => socket.data.onDrain(),
      close: (socket) => socket.data?.onClose(),
      error() {
        // A refused handshake ends here; the test looks at the other side.
      },
    },
  })
  const scheme = tls ? 'https' : 'http'
  return {
    origin: `${scheme}://127.0.0.1:${listener.port}`,
    port: listener.port,
    peers,
    requests,
    stop: () => listener.stop(true),
  }
}

function createPeer(socket: Bun.Socket<PeerState>): PeerState {
  const closed = Promise.withResolvers<void>()
  const state: PeerState = {
    received: '',
    onDrain: () => undefined,
    onClose: closed.resolve,
    peer: {
      write: (data) => socket.write(data),
      end: () => socket.end(),
      reset: () => socket.terminate(),
      closed: closed.promise,
      nextDrain: () =>
        new Promise((resolve) => {
          state.onDrain = resolve
        }),
    },
  }
  return state
}

function takeRequest(state: PeerState): string | undefined {
  const end = state.received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const length = Number(/content-length: (\d+)/i.exec(state.received.slice(0, end))?.[1] ?? 0)
  if (state.received.length < end + 4 + length) return undefined
  const request = state.received.slice(0, end + 4 + length)
  state.received = state.received.slice(request.length)
  return request
}

/** An answer of known length. */
export function plainAnswer(body: string, headers = ''): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`
}

export const chunkedHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'

export function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`
}

/** A request to the server with patient deadlines. */
export function requestTo(origin: string, more: Partial<OutboundRequest> = {}): OutboundRequest {
  return {
    url: `${origin}/v1/chat/completions`,
    origin,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"model":"m"}',
    deadlines: patient,
    ...more,
  }
}

export const patient = { connectMs: 10_000, firstTokenMs: 10_000, gapMs: 10_000, totalMs: 20_000 }

/** Reads a body to its end. */
export async function readText({ body }: UpstreamAnswer): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const bytes = await body.read()
    if (!bytes) return text
    text += decoder.decode(bytes, { stream: true })
  }
}
