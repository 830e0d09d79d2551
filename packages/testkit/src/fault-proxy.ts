/**
 * A TCP proxy between two parties that trust their network: it delays, slices, throttles, stalls, cuts and resets,
 * each connection by its own script. It knows nothing of what it carries.
 */
import type { Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import type { Pair, WireScript } from './carry-bytes.ts'
import { carry, closePair, resetPair } from './carry-bytes.ts'

/** The fate of one connection. */
export interface ConnectionScript {
  /** The connection is reset before a byte is read. */
  readonly isRefused?: boolean
  /** From the client to the server, and back. */
  readonly up?: WireScript
  readonly down?: WireScript
}

/** Where a proxy leads and what it does on the way. */
export interface FaultProxyOptions {
  readonly port: number
  readonly host?: string
  /** The fate of each connection, counted from 1; nothing happens unless told. */
  readonly script?: (connection: number) => ConnectionScript
}

/** A running proxy. */
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

/** Starts a proxy on a free port of this machine. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new ScriptedProxy(options)
  await proxy.listen()
  return proxy
}

class ScriptedProxy implements FaultProxy {
  acceptedConnections = 0
  bytesUp = 0
  bytesDown = 0
  readonly #to: { readonly port: number; readonly host: string }
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  #script: (connection: number) => ConnectionScript

  constructor({ port, host = '127.0.0.1', script = () => ({}) }: FaultProxyOptions) {
    this.#to = { port, host }
    this.#script = script
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client))
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get openConnections(): number {
    return this.#pairs.size
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', resolve)
    })
  }

  scriptWith(script: (connection: number) => ConnectionScript): void {
    this.#script = script
  }

  resetAll(): void {
    for (const pair of this.#pairs) resetPair(pair)
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.resetAll()
    await closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #accept(client: Socket): void {
    const fate = this.#script(++this.acceptedConnections)
    if (fate.isRefused === true) return void client.resetAndDestroy()
    const server = connect({ ...this.#to, allowHalfOpen: true })
    const pair: Pair = { client, server, timers: new Set() }
    this.#pairs.add(pair)
    const passedUp = (bytes: number): void => {
      this.bytesUp += bytes
    }
    const passedDown = (bytes: number): void => {
      this.bytesDown += bytes
    }
    carry(pair, { from: client, to: server, wire: fate.up ?? {}, passed: passedUp })
    carry(pair, { from: server, to: client, wire: fate.down ?? {}, passed: passedDown })
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on('close', () => closePair(pair, this.#pairs))
    }
  }
}
