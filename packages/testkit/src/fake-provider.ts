/**
 * A provider to test against: a real HTTP server on loopback that answers by script, misbehaves on request, and writes
 * down what it was sent and what it bills. It stands on raw sockets, because a well-mannered HTTP server cannot break
 * off in the middle of a chunk or reset a connection.
 */
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import type { Answer } from './answer.ts'
import { answerText } from './answer.ts'
import { bill } from './bill.ts'
import type { RawRequest, RequestParser } from './http-request.ts'
import { createRequestParser } from './http-request.ts'
import type { CallOutcome, JournalEntry, ReceivedCall } from './journal.ts'
import { clientDialectOfPath } from './journal.ts'
import { parseJson } from './parse-json.ts'
import type { SendOutcome, SendProgress } from './send-answer.ts'
import { sendAnswer } from './send-answer.ts'
import { refuseInvalid } from './strict/refuse-invalid.ts'

/** What to answer, fixed or by the call. A function may wait, for example for another call to arrive. */
export type Script = Answer | ((call: ReceivedCall) => Answer | Promise<Answer>)

/** How a fake provider begins. */
export interface FakeProviderOptions {
  readonly answer: Script
  /** Refuse, in the dialect's own words, what the real API refuses. */
  readonly isStrict?: boolean
}

/** A running provider and what it has seen. */
export interface FakeProvider extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** One entry per request, oldest first. */
  readonly journal: readonly JournalEntry[]
  /** Calls being answered now, the most there were at once, and how many clients left before their end. */
  readonly openCalls: number
  readonly mostOpenCalls: number
  readonly abortedCalls: number
  /** TCP connections accepted so far, and those open now. */
  readonly acceptedConnections: number
  readonly openConnections: number
  /** Another script from now on. */
  answerWith(answer: Script): void
  /** Resolves when the condition holds; looked at after every change. Rejects when the provider stops before. */
  until(condition: (provider: FakeProvider) => boolean): Promise<void>
  /** Cuts every connection and frees the port. */
  stop(): Promise<void>
}

/** Starts a provider on a free port of this machine. */
export async function startFakeProvider(options: FakeProviderOptions): Promise<FakeProvider> {
  const provider = new ScriptedProvider(options)
  await provider.listen()
  return provider
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

class ScriptedProvider implements FakeProvider {
  readonly journal: Writable<JournalEntry>[] = []
  openCalls = 0
  mostOpenCalls = 0
  abortedCalls = 0
  acceptedConnections = 0
  #script: Script
  readonly #isStrict: boolean
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #waiting = new Set<{ check: () => void; reject: (error: Error) => void }>()

  constructor({ answer, isStrict = false }: FakeProviderOptions) {
    this.#script = answer
    this.#isStrict = isStrict
    this.#server = createServer((socket) => this.#accept(socket))
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get openConnections(): number {
    return this.#sockets.size
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', resolve)
    })
  }

  answerWith(answer: Script): void {
    this.#script = answer
  }

  until(condition: (provider: FakeProvider) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = {
        reject,
        check: () => {
          if (!condition(this)) return
          this.#waiting.delete(waiting)
          resolve()
        },
      }
      this.#waiting.add(waiting)
      waiting.check()
    })
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
    for (const { reject } of this.#waiting) reject(new Error('the fake provider stopped before this came true'))
    this.#waiting.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #accept(socket: Socket): void {
    this.acceptedConnections++
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    const left = new AbortController()
    let queue: Promise<void> = Promise.resolve()
    const parser = createRequestParser((request) => {
      queue = queue.then(() => this.#answer(request, socket, left.signal))
    })
    socket.on('data', (bytes: Buffer) => feed(parser, bytes, socket))
    socket.on('error', () => left.abort())
    socket.on('end', () => left.abort())
    socket.on('close', () => {
      left.abort()
      this.#sockets.delete(socket)
      this.#changed()
    })
    this.#changed()
  }

  async #answer(request: RawRequest, socket: Socket, gone: AbortSignal): Promise<void> {
    const entry = this.#receive(request)
    const progress: SendProgress = {
      bodyBytes: 0,
      chunks: 0,
      headersSentAtMs: undefined,
      changed: () => {
        entry.headersSentAtMs = progress.headersSentAtMs
        entry.bodyBytesSent = progress.bodyBytes
        entry.chunksSent = progress.chunks
        this.#changed()
      },
    }
    const refusal = this.#isStrict ? refuseInvalid(entry) : undefined
    const answer = refusal ?? (await this.#choose(entry))
    entry.status = answer.status
    this.#changed()
    const outcome = await sendAnswer(socket, answer, { progress, gone })
    entry.invoice = bill(answer, outcome, progress)
    this.#close(entry, refusal && outcome === 'whole' ? 'refused' : outcomeWords[outcome])
    const isOver = answer.framing === 'until-close' || /close/i.test(request.headers['connection'] ?? '')
    if (outcome === 'whole' && isOver) socket.end()
  }

  #receive({ method, target, headers, rawHeaders, body }: RawRequest): Writable<JournalEntry> {
    const url = new URL(target, this.url)
    const text = new TextDecoder().decode(body)
    const entry: Writable<JournalEntry> = {
      number: this.journal.length + 1,
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      rawHeaders,
      body: text,
      json: parseJson(text),
      dialect: clientDialectOfPath(url.pathname),
      status: 0,
      outcome: 'open',
      receivedAtMs: performance.now(),
      headersSentAtMs: undefined,
      endedAtMs: undefined,
      abortedAtMs: undefined,
      bodyBytesSent: 0,
      chunksSent: 0,
      invoice: undefined,
    }
    this.journal.push(entry)
    this.openCalls++
    this.mostOpenCalls = Math.max(this.mostOpenCalls, this.openCalls)
    this.#changed()
    return entry
  }

  async #choose(call: ReceivedCall): Promise<Answer> {
    try {
      return typeof this.#script === 'function' ? await this.#script(call) : this.#script
    } catch (error) {
      // A script that throws must show in the test that wrote it, not hang its client.
      return answerText(`the test's script threw: ${String(error)}`, { status: 599 })
    }
  }

  #close(entry: Writable<JournalEntry>, outcome: CallOutcome): void {
    entry.outcome = outcome
    entry.endedAtMs = performance.now()
    if (outcome === 'aborted') {
      entry.abortedAtMs = entry.endedAtMs
      this.abortedCalls++
    }
    this.openCalls--
    this.#changed()
  }

  #changed(): void {
    for (const { check } of this.#waiting) check()
  }
}

const outcomeWords: Readonly<Record<SendOutcome, CallOutcome>> = {
  whole: 'answered',
  left: 'aborted',
  broken: 'broken',
}

/** Bytes that are no HTTP get an answer that says so, as every server does. */
function feed(parser: RequestParser, bytes: Uint8Array, socket: Socket): void {
  try {
    parser.push(bytes)
  } catch {
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  }
}
