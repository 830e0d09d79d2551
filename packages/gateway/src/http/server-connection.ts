import { AnswerWriter, type WritableSocket } from './answer-writer.ts'
import { BodyReceiver } from './body-receiver.ts'
import { maxHeadBytes } from './header-lines.ts'
import type { HttpAnswer } from './http-answer.ts'
import { HttpRequest } from './http-request.ts'
import type { ParseFault } from './parse-fault.ts'
import { parseRequestHead, type RequestHead, RequestHeaders } from './request-head.ts'
import type { Ticker, Timed } from './ticker.ts'
import { writeHead } from './write-head.ts'

/** The part of a Bun socket that a connection uses. */
export interface ServerSocket extends WritableSocket {
  pause(): void
  resume(): void
  /** Closes our side once all that is written is sent; the other may still be read. */
  shutdown(): void
  /** Closes; what is written is still sent. */
  end(): void
  /** Closes at once. */
  terminate(): void
}

/** Why a request was not read. */
export type HeadFault = ParseFault | { readonly kind: 'too-slow'; readonly message: string }

/** What a connection needs of its server. */
export interface ConnectionHome {
  readonly ticker: Ticker
  readonly patience: Patience
  /** Answers one request; what it throws is a bug, and answered by `answerBug`. */
  readonly handle: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>
  readonly answerBug: (bug: unknown) => HttpAnswer
  /** Bytes that are no request of ours. */
  readonly answerFault: (fault: HeadFault) => HttpAnswer
  /** No further request is taken on any connection. */
  readonly isClosing: boolean
  strikeOff(connection: ServerConnection): void
}

/** How long each kind of waiting for a client lasts. Bodies and answers have deadlines of their own. */
export interface Patience {
  /** For a new connection's first byte. */
  readonly firstRequestMs: number
  /** From the first byte of a head to its last (attack case D3). */
  readonly headMs: number
  /** Between requests. */
  readonly idleMs: number
  /** A client that takes nothing of its answer for this long is given up. */
  readonly stalledMs: number
}

/** Idle is longer than load balancers keep a connection, so that it is they who close it. */
export const usualPatience: Patience = { firstRequestMs: 30_000, headMs: 10_000, idleMs: 75_000, stalledMs: 60_000 }

/** After an answer whose request was not read to its end: so long and so much is read past, so that the answer is not lost to a reset. */
const lingerMs = 2_000
const lingerBytes = 4 * 1024 * 1024
/** When a client has sent this much ahead of its turn it is not read from until it has had it. */
const mostAheadBytes = 64 * 1024

type State = 'idle' | 'head' | 'busy' | 'lingering' | 'closed'

/**
 * One client's connection: reads a request, has it answered, writes the answer, and begins anew. What a client sends
 * ahead waits its turn, so answers come in the order of their requests.
 */
export class ServerConnection implements Timed {
  readonly #socket: ServerSocket
  readonly #home: ConnectionHome
  readonly #writer: AnswerWriter
  #state: State = 'idle'
  #ahead: Buffer = nothing
  /** The memory `#ahead` lies in once it has come in several reads. */
  #room: Buffer = nothing
  #request: HttpRequest | undefined
  #head: RequestHead | undefined
  #body: BodyReceiver | undefined
  #isPaused = false
  #isLast = false
  #afterWrite: (() => void) | undefined
  #lingered = 0
  dueAt: number

  constructor(socket: ServerSocket, home: ConnectionHome) {
    this.#socket = socket
    this.#home = home
    this.#writer = new AnswerWriter(socket)
    this.dueAt = home.ticker.now + home.patience.firstRequestMs
    home.ticker.watch(this)
  }

  /** A request is being answered, or the last answer is still on its way out. */
  get isBusy(): boolean {
    return this.#state === 'busy' || this.#state === 'lingering'
  }

  onData(bytes: Buffer): void {
    switch (this.#state) {
      case 'idle':
      case 'head':
        return this.#readHead(bytes)
      case 'busy':
        this.#readMore(bytes, 0)
        return this.#pauseWhenFull()
      case 'lingering':
        this.#lingered += bytes.length
        if (this.#lingered > lingerBytes) this.destroy()
        return
      case 'closed':
        return
      default:
        this.#state satisfies never
    }
  }

  onDrain(): void {
    this.#writer.onDrain()
    if (this.#writer.isWaiting) this.dueAt = this.#home.ticker.now + this.#home.patience.stalledMs
    else this.#written()
  }

  /** The client has closed its connection, or it broke. */
  onClose(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#home.ticker.unwatch(this)
    this.#home.strikeOff(this)
    this.#writer.leave()
    this.#request?.leave()
    this.#body?.breakOff(undefined)
    this.#written()
  }

  /** Closes at once. What is left of a whole answer is with the system, which sends it all the same. */
  destroy(): void {
    if (this.#state === 'closed') return
    if (this.#state === 'lingering') this.#socket.end()
    else this.#socket.terminate()
    this.onClose()
  }

  /** Closes unless a request is under way; then after its answer. */
  retire(): void {
    if (this.#state === 'busy') this.#isLast = true
    else this.destroy()
  }

  expire(): void {
    if (this.#state === 'head') return this.#refuse(headTooSlow)
    this.destroy()
  }

  #readHead(more: Buffer): void {
    const seen = this.#ahead.length
    const bytes = this.#joinAhead(more)
    const end = bytes.indexOf('\r\n\r\n', Math.max(0, seen - 3), 'latin1')
    if (end > maxHeadBytes || (end < 0 && bytes.length > maxHeadBytes)) return this.#refuse(headTooLarge)
    if (end < 0) return this.#awaitHead(bytes, seen)
    this.#forgetAhead()
    const head = parseRequestHead(bytes.toString('latin1', 0, end))
    if ('message' in head) return this.#refuse(head)
    this.#begin(head, bytes, end + 4)
  }

  /** The head is not whole yet: keeps it, unless it can no longer become one. */
  #awaitHead(bytes: Buffer, seen: number): void {
    const lf = bytes.indexOf(10, seen)
    const first = bytes[0] ?? 0
    if (lf === 0 || (lf > 0 && bytes[lf - 1] !== 13) || first < 65 || first > 90) return this.#refuse(malformed)
    if (this.#state === 'idle') this.dueAt = this.#home.ticker.now + this.#home.patience.headMs
    this.#state = 'head'
    this.#ahead = bytes
  }

  #begin(head: RequestHead, bytes: Buffer, at: number): void {
    this.#state = 'busy'
    this.dueAt = Number.POSITIVE_INFINITY
    this.#head = head
    this.#isLast = !head.isPersistent || this.#home.isClosing
    this.#body = head.framing.kind === 'none' ? undefined : new BodyReceiver(head.framing)
    const request = new HttpRequest(head, this.#body, this.#askForBody)
    this.#request = request
    if (at < bytes.length) this.#readMore(bytes, at)
    this.#answer(request)
    this.#pauseWhenFull()
  }

  /** What comes while a request is under way: its body, then what the client sends ahead. */
  #readMore(bytes: Buffer, at: number): void {
    const body = this.#body
    if (!body || body.isComplete) return this.#keepAhead(bytes.subarray(at))
    const used = body.push(bytes, at)
    if (typeof used !== 'number') this.#isLast = true
    else if (at + used < bytes.length) this.#keepAhead(bytes.subarray(at + used))
  }

  #keepAhead(bytes: Buffer): void {
    this.#ahead = this.#joinAhead(bytes)
  }

  /** What was kept and what has come, in memory that doubles: what drips in costs no more than its size. */
  #joinAhead(bytes: Buffer): Buffer {
    const kept = this.#ahead.length
    if (kept === 0) return bytes
    const size = kept + bytes.length
    if (this.#room.length < size) {
      const grown = Buffer.allocUnsafeSlow(size * 2)
      this.#ahead.copy(grown)
      this.#room = grown
    }
    bytes.copy(this.#room, kept)
    return this.#room.subarray(0, size)
  }

  #forgetAhead(): void {
    this.#ahead = nothing
    this.#room = nothing
  }

  readonly #askForBody = (): void => {
    this.#resume()
    if (this.#head?.expectsContinue && !this.#body?.isComplete) this.#writer.send('HTTP/1.1 100 Continue\r\n\r\n')
  }

  /** Called once whoever answers has had its say: to pause and go on within one read would lose what comes next. */
  #pauseWhenFull(): void {
    if (this.#isPaused || this.#state !== 'busy') return
    if (!this.#body?.isFull && this.#ahead.length <= mostAheadBytes) return
    this.#socket.pause()
    this.#isPaused = true
  }

  #resume(): void {
    if (this.#isPaused) this.#socket.resume()
    this.#isPaused = false
  }

  #answer(request: HttpRequest): void {
    try {
      const answer = this.#home.handle(request)
      if (answer instanceof Promise) answer.then(this.#write, this.#writeBug)
      else this.#write(answer)
    } catch (bug) {
      this.#writeBug(bug)
    }
  }

  readonly #writeBug = (bug: unknown): void => this.#write({ ...this.#home.answerBug(bug), isLast: true })

  readonly #write = (answer: HttpAnswer): void => {
    const { status, headers, body, onDone } = answer
    const head = this.#head ?? noHead
    if (this.#state === 'closed') return this.#writeToNobody(answer)
    // What is left of a body that nobody read cannot be told from the next request.
    if (answer.isLast || (this.#body && !this.#body.isComplete)) this.#isLast = true
    if (typeof body === 'string' || body instanceof Uint8Array) return this.#writeWhole(answer, body)
    const length = head.isHttp11 ? 'chunked' : 'until-close'
    this.#writer.begin(writeHead(status, headers, { length, isLast: this.#isLast }), head.isHttp11)
    void body.run(this.#sink).then(() => {
      this.#writer.end()
      this.#finish(onDone)
    })
  }

  /** A produced answer learns from its first write that its client is gone, and ends what it has under way. */
  #writeToNobody({ body, onDone = doNothing }: HttpAnswer): void {
    if (typeof body === 'string' || body instanceof Uint8Array) return onDone()
    void body.run(this.#sink).then(onDone)
  }

  /** What a produced answer writes to: a client that takes nothing is given up. */
  readonly #sink = {
    write: (piece: string | Uint8Array): void | Promise<void> => {
      const full = this.#writer.write(piece)
      if (full) this.dueAt = this.#home.ticker.now + this.#home.patience.stalledMs
      return full
    },
    cut: (): void => this.destroy(),
  }

  #writeWhole({ status, headers, onDone }: HttpAnswer, body: string | Uint8Array): void {
    const isText = typeof body === 'string'
    const length = status === 204 || status === 304 ? undefined : isText ? Buffer.byteLength(body) : body.byteLength
    const head = writeHead(status, headers, { length, isLast: this.#isLast })
    const isHead = this.#head?.method === 'HEAD'
    if (isHead) this.#writer.send(head)
    else if (isText) this.#writer.send(head + body)
    else this.#writer.send(Buffer.concat([Buffer.from(head, 'latin1'), body]))
    this.#finish(onDone)
  }

  #finish(onDone: (() => void) | undefined): void {
    this.#afterWrite = onDone ?? doNothing
    if (this.#writer.isWaiting) this.dueAt = this.#home.ticker.now + this.#home.patience.stalledMs
    else this.#written()
  }

  /** The answer is with the system, or its client gone: what comes next? */
  #written(): void {
    const onDone = this.#afterWrite
    if (this.#state === 'busy' && !onDone) this.dueAt = Number.POSITIVE_INFINITY
    if (!onDone) return
    this.#afterWrite = undefined
    onDone()
    if (this.#state === 'closed') return
    this.#request = undefined
    this.#head = undefined
    if (this.#isLast || this.#home.isClosing) return this.#linger()
    this.#body = undefined
    this.#state = 'idle'
    this.dueAt = this.#home.ticker.now + this.#home.patience.idleMs
    const ahead = this.#ahead
    if (ahead.length === 0) return
    this.#forgetAhead()
    this.#resume()
    this.#readHead(ahead)
  }

  /** Says goodbye and reads past what the client was still sending. */
  #linger(): void {
    this.#state = 'lingering'
    this.dueAt = this.#home.ticker.now + lingerMs
    this.#resume()
    this.#socket.shutdown()
  }

  #refuse(fault: HeadFault): void {
    this.#state = 'busy'
    this.#forgetAhead()
    this.#head = noHead
    this.#write({ ...this.#home.answerFault(fault), isLast: true })
  }
}

const nothing: Buffer = Buffer.alloc(0)
/** Stands for a request that could not be read: its answer is whole, and the last. */
const noHead: RequestHead = {
  method: '',
  target: '',
  headers: new RequestHeaders(new Map()),
  framing: { kind: 'none' },
  isHttp11: true,
  isPersistent: false,
  expectsContinue: false,
}

const doNothing = (): void => undefined

const malformed: ParseFault = { kind: 'protocol', message: 'The request line or a header is malformed.' }
const headTooLarge: ParseFault = { kind: 'too-large', message: `The head is larger than ${maxHeadBytes} bytes.` }
const headTooSlow: HeadFault = { kind: 'too-slow', message: 'The head of the request did not arrive in time.' }
