import type { Socket } from 'node:net'

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

/** The two sockets of one proxied connection, and the waits that belong to it. */
export interface Pair {
  readonly client: Socket
  readonly server: Socket
  readonly timers: Set<ReturnType<typeof setTimeout>>
}

/** One direction of a connection. */
export interface DirectionParts {
  readonly from: Socket
  readonly to: Socket
  readonly wire: WireScript
  readonly passed: (bytes: number) => void
}

/** Carries one direction until it ends or its script ends it. */
export function carry(pair: Pair, parts: DirectionParts): void {
  new Direction(pair, parts).start()
}

/** Carries bytes slice by slice, in order. Reading stops while a slice waits, so a slow wire pushes back. */
class Direction {
  readonly #pair: Pair
  readonly #parts: DirectionParts
  #left: number
  #isOver = false
  #queue: Promise<void> = Promise.resolve()

  constructor(pair: Pair, parts: DirectionParts) {
    this.#pair = pair
    this.#parts = parts
    this.#left = parts.wire.after?.bytes ?? Number.POSITIVE_INFINITY
  }

  start(): void {
    const { from, to } = this.#parts
    from.on('data', (bytes: Buffer) => this.#receive(bytes))
    from.on('error', () => {
      if (!this.#isOver) to.resetAndDestroy()
    })
    from.on('end', () => {
      this.#queue = this.#queue.then(() => {
        if (!this.#isOver && !to.destroyed) to.end()
      })
    })
  }

  #receive(bytes: Buffer): void {
    if (this.#isOver) return
    const { from } = this.#parts
    from.pause()
    this.#queue = this.#queue
      .then(() => this.#carry(bytes))
      .then(() => {
        if (!this.#isOver) from.resume()
      })
  }

  async #carry(bytes: Buffer): Promise<void> {
    const { to, wire, passed } = this.#parts
    for (const slice of slicesOf(bytes, wire)) {
      if (this.#isOver || to.destroyed) return
      await pause(this.#pair, delayOf(slice.length, wire))
      const part = slice.subarray(0, Math.min(slice.length, this.#left))
      if (part.length > 0 && !to.destroyed && !to.write(part)) await drained(to)
      passed(part.length)
      this.#left -= part.length
      if (this.#left <= 0) return this.#finish()
    }
  }

  #finish(): void {
    const { from, to, wire } = this.#parts
    this.#isOver = true
    switch (wire.after?.ending) {
      case 'reset':
        return resetPair(this.#pair)
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

/** Resets both sides. */
export function resetPair({ client, server }: Pair): void {
  client.resetAndDestroy()
  server.resetAndDestroy()
}

/** The pair is gone when both sides are; a half-open pair waits for its last side. */
export function closePair(pair: Pair, pairs: Set<Pair>): void {
  if (!pair.client.destroyed || !pair.server.destroyed) return
  for (const timer of pair.timers) clearTimeout(timer)
  pairs.delete(pair)
}
