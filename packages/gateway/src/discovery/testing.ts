import type { Provider } from '@sluice/core/providers/provider.ts'
import { findProvider } from '@sluice/core/providers/registry.ts'
import { Secret } from '@sluice/core/providers/secret.ts'
import { defineKnownProvider, serverFactsOf } from '../config/default-provider.ts'
import { SocketTransport } from '../upstream/socket-transport.ts'
import type { ServerLine, WatchedServer, WatchPorts } from './server-watch.ts'

/** A request as a fake server saw it. */
export interface Asked {
  readonly line: string
  readonly authorization: string | null
}

/** What a fake server answers to each `METHOD /path`; anything else is a 404. */
export type Answers = Readonly<Record<string, unknown>>

/** A server of some kind on this machine. */
export interface FakeServer extends AsyncDisposable {
  readonly port: number
  readonly asked: Asked[]
  /** Other answers from now on. A `Response` is answered as it is, what a function answers too, anything else as JSON. */
  answers: Answers
}

export function startFakeServer(answers: Answers): FakeServer {
  const asked: Asked[] = []
  const fake = { asked, answers }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const line = `${request.method} ${new URL(request.url).pathname}`
      asked.push({ line, authorization: request.headers.get('authorization') })
      const answer = fake.answers[line]
      if (typeof answer === 'function') return answer()
      if (answer instanceof Response) return answer.clone()
      return answer === undefined ? new Response('nothing here', { status: 404 }) : Response.json(answer)
    },
  })
  return Object.assign(fake, {
    port: server.port ?? 0,
    [Symbol.asyncDispose]: () => server.stop(true),
  })
}

export const deadlines = { connectMs: 1000, firstTokenMs: 1000, gapMs: 1000, totalMs: 2000 }

/** A known server at this port instead of its own, configured or guessed. */
export function serverAt(id: string, port: number, more: Partial<WatchedServer> = {}): WatchedServer {
  const known = findProvider(id)
  if (!known) throw new Error(`nobody knows ${id}`)
  const usual = defineKnownProvider(known, new Secret('sk-canary-of-the-server'), deadlines)
  const baseUrl = usual.baseUrl.replace(/:\d+/, `:${port}`)
  const provider: Provider = { ...usual, baseUrl, origin: `http://127.0.0.1:${port}` }
  return { provider, facts: serverFactsOf(known), isGuess: false, ...more }
}

/** A world whose clock and timer a test turns by hand. */
export interface FakeWorld extends WatchPorts {
  readonly lines: ServerLine[]
  readonly bugs: unknown[]
  nowMs: number
  /** Runs what waits for its time; undefined when nothing does. */
  wake: (() => void) | undefined
  readonly transport: SocketTransport
}

export function createWorld(): FakeWorld {
  const world: FakeWorld = {
    transport: new SocketTransport(),
    lines: [],
    bugs: [],
    nowMs: 1000,
    wake: undefined,
    unixMs: () => world.nowMs,
    after(_delayMs, act) {
      world.wake = act
      return () => {
        world.wake = undefined
      }
    },
    log: (line) => world.lines.push(line),
    reportBug: (bug) => world.bugs.push(bug),
  }
  return world
}
