import { HttpServer, type HttpServerOptions } from '../http/http-server.ts'
import type { CallGate } from './call-gate.ts'

export interface DrainOptions {
  /** How long new connections are still taken after readiness began to fail. */
  readonly graceMs: number
  /** How long open calls may take to end. */
  readonly drainMs: number
  /** Called when the grace is over and no new call is taken. */
  readonly onShut: () => void
}

/** A listening gateway. */
export interface RunningServer {
  readonly port: number
  /** Ends gently: readiness fails, a grace, no new calls, open ones finish. Resolves when all is closed. */
  drain(options: DrainOptions): Promise<void>
  /** Ends now, open calls and all. */
  stop(): void
}

/** Listens. */
export function serve(options: HttpServerOptions, gate: CallGate): RunningServer {
  const server = new HttpServer(options)
  return {
    port: server.port,
    drain: (drainOptions) => drain(server, gate, drainOptions),
    stop: () => server.stop(),
  }
}

async function drain(server: HttpServer, gate: CallGate, { graceMs, drainMs, onShut }: DrainOptions): Promise<void> {
  gate.isDraining = true
  await pause(graceMs)
  gate.isShut = true
  onShut()
  const untilMs = performance.now() + drainMs
  server.close()
  // A call is over when its answer is made; its connection is busy until the client has taken all of it.
  while ((gate.open > 0 || server.busyCount > 0) && performance.now() < untilMs) await pause(lookEveryMs)
  server.stop()
}

const lookEveryMs = 50

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}
