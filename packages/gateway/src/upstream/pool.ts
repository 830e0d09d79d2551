import type { Ticker } from '../http/ticker.ts'
import type { Connection, Home } from './connection.ts'

export interface PoolOptions {
  readonly ticker: Ticker
  /** How long an idle connection is kept; a peer that says it keeps less gets its way, less a second. */
  readonly idleMs: number
  readonly maxIdlePerOrigin: number
}

/** Idle connections by origin. The one that became idle last is taken first, so that a crowd shrinks after a peak. */
export class Pool implements Home {
  readonly #options: PoolOptions
  readonly #idle = new Map<string, Connection[]>()

  constructor(options: PoolOptions) {
    this.#options = options
  }

  take(origin: string): Connection | undefined {
    return this.#idle.get(origin)?.pop()
  }

  takeBack(connection: Connection, idleLimitMs: number | undefined): void {
    const { ticker, idleMs, maxIdlePerOrigin } = this.#options
    const keepMs = idleLimitMs === undefined ? idleMs : Math.min(idleMs, idleLimitMs - 1000)
    let idle = this.#idle.get(connection.origin)
    if (!idle) {
      idle = []
      this.#idle.set(connection.origin, idle)
    }
    if (keepMs <= 0 || idle.length >= maxIdlePerOrigin) return connection.destroy()
    connection.idleDueAt = ticker.now + keepMs
    idle.push(connection)
  }

  strikeOff(connection: Connection): void {
    this.#options.ticker.unwatch(connection)
    const idle = this.#idle.get(connection.origin)
    const at = idle?.indexOf(connection) ?? -1
    if (at >= 0) idle?.splice(at, 1)
  }

  /** How many connections are idle, of all origins. */
  get idleCount(): number {
    let count = 0
    for (const idle of this.#idle.values()) count += idle.length
    return count
  }

  close(): void {
    for (const idle of this.#idle.values()) for (const connection of [...idle]) connection.destroy()
  }
}
