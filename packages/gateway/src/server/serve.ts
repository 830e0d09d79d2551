import type { Server } from 'bun'
import type { RequestHandler } from './handle-request.ts'
import type { CallGate } from './send-answer.ts'

export interface ServeOptions {
  readonly host: string
  readonly port: number
  /** Largest body Bun itself lets through; above every route's own cap, which answers in the caller's dialect. */
  readonly bodyCeilingBytes: number
  /** Seconds without progress after which a connection that has not sent its whole request is closed; 30 unless told. */
  readonly idleSeconds?: number
  /** What a request gets whose handler threw. */
  readonly answerBug: (bug: unknown) => Response
}

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
  stop(): Promise<void>
}

/** Listens. A call's own deadlines replace Bun's idle timeout while it is under way. */
export function serve(
  handle: RequestHandler,
  gate: CallGate,
  { host, port, bodyCeilingBytes, idleSeconds = 30, answerBug }: ServeOptions,
): RunningServer {
  const server = Bun.serve({
    hostname: host,
    port,
    idleTimeout: idleSeconds,
    maxRequestBodySize: bodyCeilingBytes,
    // In development Bun prints the source around an error, also for a stream that is cut off on purpose.
    development: false,
    fetch: (request, self) => handle(request, (seconds) => self.timeout(request, seconds)),
    error: answerBug,
  })
  return {
    port: server.port ?? port,
    drain: (options) => drain(server, gate, options),
    stop: () => server.stop(true),
  }
}

async function drain(
  server: Server<undefined>,
  gate: CallGate,
  { graceMs, drainMs, onShut }: DrainOptions,
): Promise<void> {
  gate.isDraining = true
  await pause(graceMs)
  gate.isShut = true
  onShut()
  const untilMs = performance.now() + drainMs
  void server.stop(false)
  // A call is over when its answer is handed to Bun; its request is pending until the client has taken all of it.
  while ((gate.open > 0 || server.pendingRequests > 0) && performance.now() < untilMs) await pause(lookEveryMs)
  await server.stop(true)
}

const lookEveryMs = 50

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}
