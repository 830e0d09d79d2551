import type { Deadlines } from '@sluice/core/providers/provider.ts'
import type { ByteSource, CancelSignal, TransportErrorKind, UpstreamAnswer } from '@sluice/core/upstream/transport.ts'
import { TransportError } from '@sluice/core/upstream/transport.ts'
import type { Ticker, Timed } from '../http/ticker.ts'
import { type ByteSpan, spanText, viewBytes } from '../http/view-bytes.ts'
import type { ResponseHead } from './response-head.ts'
import type { ResponseSink } from './response-parser.ts'
import { Unread } from './unread.ts'

/** What an exchange needs of the connection it runs on. */
export interface Flow {
  pause(): void
  resume(): void
  /** Closes the connection at once, whatever is under way. */
  destroy(): void
}

const gaveUp = 'was cut off because the call was given up'

/** Above this much unread the connection is not read from: the rest waits in the kernel and then at the peer. */
const pauseAboveBytes = 32 * 1024
/** The most one read hands out: what a reader makes of it has to be held as well. */
const readBytes = 64 * 1024
/** A reader that stays away this long has its bytes compressed. */
const packAfterMs = 250

export interface ExchangeOptions {
  readonly ticker: Ticker
  readonly deadlines: Deadlines
  /** The request was a HEAD: its answer ends with its headers. */
  readonly isHead: boolean
  /** On the ticker's clock. */
  readonly totalDueAt: number
  readonly signal: CancelSignal | undefined
  /** For messages. */
  readonly origin: string
  /**
   * Asked when a connection that was used before closes without a byte: the peer closed it before it saw the request.
   * Undefined when it is too late to tell.
   */
  readonly sendAgain: (() => Promise<UpstreamAnswer> | undefined) | undefined
}

interface Waiter<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: TransportError) => void
}

/**
 * One request and its answer: holds the promises of the caller, the bytes not read yet, and the deadlines. It ends
 * once, whole or with an error, and then lets go of the connection, the ticker and the signal.
 */
export class Exchange implements ByteSource, ResponseSink {
  readonly #options: ExchangeOptions
  readonly #flow: Flow
  #head: Waiter<UpstreamAnswer> | undefined
  #reader: Waiter<Uint8Array | undefined> | undefined
  readonly #unread = new Unread()
  readonly #packing: Packing
  #whole: ByteSpan | undefined
  #isPaused = false
  #error: TransportError | undefined
  #hasHead = false
  #hasBody = false

  /** The answer has come whole, or will never. */
  isOver = false
  isDelimited = true
  /** Whether the connection may carry another exchange once this one is whole. */
  isReusable = false
  /** How long the peer keeps an idle connection, when it says. */
  idleLimitMs: number | undefined
  /** Whether any byte of an answer has come. */
  hasAnswered = false
  /** On the ticker's clock; the connection asks. */
  dueAt: number

  constructor(flow: Flow, options: ExchangeOptions) {
    this.#flow = flow
    this.#options = options
    this.#packing = new Packing(this.#unread, options.ticker)
    this.dueAt = Math.min(options.ticker.now + options.deadlines.firstTokenMs, options.totalDueAt)
  }

  /** Resolves with status and headers. Called once, right after construction. */
  start(): Promise<UpstreamAnswer> {
    const { signal } = this.#options
    return new Promise((resolve, reject) => {
      this.#head = { resolve, reject }
      if (signal?.aborted) this.handleEvent()
      else signal?.addEventListener('abort', this)
    })
  }

  onHead(head: ResponseHead): void {
    if (head.status >= 300 && head.status < 400)
      return this.break('redirect', `answered ${head.status}, and redirects are not followed`)
    const coding = head.headers['content-encoding']
    if (coding !== undefined && coding !== '' && coding.toLowerCase() !== 'identity')
      return this.break('protocol', 'sent a compressed answer that was not asked for')
    this.isDelimited = head.framing.kind !== 'until-close'
    this.isReusable = this.isDelimited && head.isPersistent
    this.idleLimitMs = head.idleLimitMs
    this.#hasHead = true
    this.#head?.resolve({ status: head.status, headers: head.headers, body: this })
    this.#head = undefined
  }

  /** Nobody waits for a short answer's body when it comes with its head; whoever asks for its text need not. */
  onWholeBody(bytes: Buffer, start: number, end: number): boolean {
    if (this.isOver || this.#reader || end - start >= pauseAboveBytes) return false
    this.#hasBody = true
    this.#whole = { bytes, start, end }
    return true
  }

  onBody(bytes: Uint8Array): void {
    if (this.isOver) return
    this.#hasBody = true
    const reader = this.#reader
    if (!reader) {
      if (this.#unread.isEmpty) this.#setPhase(Number.POSITIVE_INFINITY)
      this.#unread.add(bytes)
      return
    }
    this.#reader = undefined
    this.#setPhase(Number.POSITIVE_INFINITY)
    if (bytes.byteLength >= pauseAboveBytes) this.#pause()
    if (bytes.byteLength > readBytes) this.#unread.add(bytes.subarray(readBytes))
    reader.resolve(bytes.byteLength > readBytes ? bytes.subarray(0, readBytes) : bytes)
  }

  onEnd(): void {
    if (this.isOver) return
    this.#finish()
    this.#resume() // the connection may carry another exchange, which does not know of our pause
    this.#reader?.resolve(undefined)
    this.#reader = undefined
  }

  /** One network read has been parsed: stop reading when the caller is behind. */
  onReadDone(): void {
    if (this.isOver) return
    if (this.#unread.heldBytes >= pauseAboveBytes) this.#pause()
    if (this.#unread.isPackable) this.#packing.start()
  }

  /** The connection is gone, in the middle of the answer. */
  onClose(): void {
    if (this.#hasHead) this.break('truncated', 'closed the connection in the middle of its answer')
    else this.break('reset', 'closed the connection before it answered')
  }

  /** Ends with an error. `what` completes the sentence "The upstream at ...". */
  break(kind: TransportErrorKind, what: string): void {
    if (this.isOver) return
    const error = this.#createError(kind, what)
    this.#error = error
    this.#finish()
    this.#flow.destroy()
    const again = kind === 'reset' && !this.hasAnswered ? this.#options.sendAgain?.() : undefined
    if (again && this.#head) again.then(this.#head.resolve, this.#head.reject)
    else this.#head?.reject(error)
    this.#reader?.reject(error)
    this.#head = undefined
    this.#reader = undefined
  }

  read(): Promise<Uint8Array | undefined> {
    if (this.#whole) return Promise.resolve(this.#takeView(this.#whole))
    if (!this.#unread.isEmpty) return Promise.resolve(this.#takeUnread())
    if (this.#error) return Promise.reject(this.#error)
    if (this.isOver) return Promise.resolve(undefined)
    this.#resume()
    if (this.#hasBody) this.#setPhase(this.#options.ticker.now + this.#options.deadlines.gapMs)
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
    })
  }

  takeText(mostBytes: number): string | undefined {
    const whole = this.#whole
    if (!whole || !this.isOver || this.#error || whole.end - whole.start > mostBytes) return undefined
    this.#whole = undefined
    return spanText(whole)
  }

  cancel(): void {
    const hadUnread = !this.#unread.isEmpty || this.#whole !== undefined
    this.#whole = undefined
    this.#unread.clear()
    this.#packing.stop()
    if (!this.isOver) this.break('aborted', gaveUp)
    else if (hadUnread) this.#error ??= this.#createError('aborted', gaveUp)
  }

  /** The caller's signal fired. */
  handleEvent(): void {
    this.cancel()
  }

  /** `dueAt` has passed. */
  expire(now: number): void {
    const { firstTokenMs, gapMs, totalMs } = this.#options.deadlines
    if (now >= this.#options.totalDueAt) this.break('total-timeout', `did not finish within ${totalMs} ms`)
    else if (this.#hasBody) this.break('gap-timeout', `sent nothing for ${gapMs} ms`)
    else this.break('first-byte-timeout', `sent no byte of a body within ${firstTokenMs} ms`)
  }

  #takeView({ bytes, start, end }: ByteSpan): Uint8Array {
    this.#whole = undefined
    return viewBytes(bytes, start, end)
  }

  #takeUnread(): Uint8Array | undefined {
    this.#packing.stop()
    const bytes = this.#unread.take(readBytes)
    if (this.#unread.isPackable) this.#packing.start()
    return bytes
  }

  #createError(kind: TransportErrorKind, what: string): TransportError {
    return new TransportError(kind, `The upstream at ${this.#options.origin} ${what}.`, this.hasAnswered)
  }

  #pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#flow.pause()
  }

  #resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#flow.resume()
  }

  #setPhase(dueAt: number): void {
    this.dueAt = Math.min(dueAt, this.#options.totalDueAt)
  }

  #finish(): void {
    this.isOver = true
    this.#options.signal?.removeEventListener('abort', this)
  }
}

/** Waits for a reader that stays away. */
class Packing implements Timed {
  readonly #unread: Unread
  readonly #ticker: Ticker
  dueAt = Number.POSITIVE_INFINITY

  constructor(unread: Unread, ticker: Ticker) {
    this.#unread = unread
    this.#ticker = ticker
  }

  start(): void {
    this.dueAt = this.#ticker.now + packAfterMs
    this.#ticker.watch(this)
  }

  stop(): void {
    this.#ticker.unwatch(this)
  }

  expire(): void {
    this.stop()
    this.#unread.pack()
  }
}
