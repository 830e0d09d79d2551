/**
 * A TCP proxy between two parties that trust their network: it delays, slices, throttles, stalls, cuts and resets,
 * each connection by its own script. It knows nothing of what it carries.
 */
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'

/** What happens to the bytes of one direction. Nothing, unless told. */
export interface WireScript {
  /** How long each write waits. */
  readonly latencyMs?: number
  /** The most bytes passed on at once; 1 is a cut between any two bytes. */
  readonly sliceBytes?: number
  /** Bytes per second, spent slice by slice. */
  readonly bytesPerSecond?: number
  /** What happens once this many bytes have passed. */
  readonly after?: { readonly bytes: number; readonly ending: Ending }
}

/**
 * `reset` sends RST to both sides, `truncate` a clean FIN to the receiver, `stall` passes nothing more and keeps both
 * connections, `half-open` forgets the sender without a word: its own side stays open and never hears again.
 */
export type Ending = 'reset' | 'truncate' | 'stall' | 'half-open'

/** The fate of one connection. */
export interface ConnectionScript {
  /** The connection is reset before a byte is read. */
  readonly refuse?: boolean
  /** From the client to the server, and back. */
  readonly up?: WireScript
  readonly down?: WireScript
}

export interface FaultProxyOptions {
  readonly port: number
  readonly host?: string
  /** The fate of each connection, counted from 1; nothing happens unless told. */
  readonly script?: (connection: number) => ConnectionScript
}

export interface FaultProxy extends AsyncDisposable {
  readonly port: number
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly acceptedConnections: number
  readonly openConnections: number
  /** Bytes passed on so far. */
  readonly bytesUp: number
  readonly bytesDown: number
  /** Another script for connections from now on. */
  scriptWith(script: (connection: number) => ConnectionScript): void
  /** Resets every connection that is open now. */
  resetAll(): void
  stop(): Promise<void>
}

export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { port, host = '127.0.0.1' } = options
  let script = options.script ?? ((): ConnectionScript => ({}))
  const pairs = new Set<Pair>()
  const counts = { accepted: 0, up: 0, down: 0 }
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const fate = script(++counts.accepted)
    if (fate.refuse === true) return void client.resetAndDestroy()
    const pair: Pair = { client, server: connect({ port, host, allowHalfOpen: true }), timers: new Set() }
    pairs.add(pair)
    pump(pair, { from: client, to: pair.server, wire: fate.up ?? {}, passed: (bytes) => (counts.up += bytes) })
    pump(pair, { from: pair.server, to: client, wire: fate.down ?? {}, passed: (bytes) => (counts.down += bytes) })
    for (const socket of [pair.client, pair.server]) {
      socket.setNoDelay(true)
      socket.on('close', () => closePair(pair, pairs))
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    get port() {
      return portOf(server.address())
    },
    get url() {
      return `http://127.0.0.1:${portOf(server.address())}`
    },
    get acceptedConnections() {
      return counts.accepted
    },
    get openConnections() {
      return pairs.size
    },
    get bytesUp() {
      return counts.up
    },
    get bytesDown() {
      return counts.down
    },
    scriptWith(next) {
      script = next
    },
    resetAll() {
      for (const pair of pairs) resetPair(pair)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }

  async function stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const pair of pairs) resetPair(pair)
    await closed
  }
}

interface Pair {
  readonly client: Socket
  readonly server: Socket
  readonly timers: Set<ReturnType<typeof setTimeout>>
}

interface Pump {
  readonly from: Socket
  readonly to: Socket
  readonly wire: WireScript
  readonly passed: (bytes: number) => void
}

/** Carries one direction, slice by slice, in order. Reading stops while a slice waits, so a slow wire pushes back. */
function pump(pair: Pair, { from, to, wire, passed }: Pump): void {
  let left = wire.after?.bytes ?? Number.POSITIVE_INFINITY
  let isOver = false
  let queue: Promise<void> = Promise.resolve()

  async function carry(bytes: Buffer): Promise<void> {
    for (const slice of slicesOf(bytes, wire)) {
      if (isOver || to.destroyed) return
      await pause(pair, delayOf(slice.length, wire))
      const part = slice.subarray(0, Math.min(slice.length, left))
      if (part.length > 0 && !to.destroyed && !to.write(part)) await drained(to)
      passed(part.length)
      left -= part.length
      if (left <= 0) return finish()
    }
  }

  function finish(): void {
    isOver = true
    switch (wire.after?.ending) {
      case 'reset':
        return resetPair(pair)
      case 'truncate':
        to.end()
        return
      case 'half-open':
        to.destroy()
        return
      default:
        from.pause()
    }
  }

  from.on('error', () => {
    if (!isOver) to.resetAndDestroy()
  })
  from.on('data', (bytes: Buffer) => {
    if (isOver) return
    from.pause()
    queue = queue
      .then(() => carry(bytes))
      .then(() => {
        if (!isOver) from.resume()
      })
  })
  from.on('end', () => {
    queue = queue.then(() => {
      if (!isOver && !to.destroyed) to.end()
    })
  })
}

function* slicesOf(bytes: Buffer, { sliceBytes }: WireScript): Generator<Buffer> {
  const size = sliceBytes ?? bytes.length
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

function delayOf(bytes: number, { latencyMs = 0, bytesPerSecond }: WireScript): number {
  return latencyMs + (bytesPerSecond === undefined ? 0 : (bytes / bytesPerSecond) * 1_000)
}

function pause({ timers }: Pair, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (delayMs <= 0) return void setImmediate(resolve)
    const timer = setTimeout(() => {
      timers.delete(timer)
      resolve()
    }, delayMs)
    timers.add(timer)
  })
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      socket.off('drain', finish)
      socket.off('close', finish)
      resolve()
    }
    socket.once('drain', finish)
    socket.once('close', finish)
  })
}

function resetPair({ client, server }: Pair): void {
  client.resetAndDestroy()
  server.resetAndDestroy()
}

/** The pair is gone when both sides are; a half-open pair waits for its last side. */
function closePair(pair: Pair, pairs: Set<Pair>): void {
  if (!pair.client.destroyed || !pair.server.destroyed) return
  for (const timer of pair.timers) clearTimeout(timer)
  pairs.delete(pair)
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}
