import type { Result } from '@sluice/core/ir/failure.ts'
import type { BodyTaker } from '../http/body-receiver.ts'
import type { HttpRequest } from '../http/http-request.ts'
import type { Ticker, Timed } from '../http/ticker.ts'
import { type ByteSpan, spanText, viewBytes } from '../http/view-bytes.ts'

/** Bytes of request bodies held at this moment, over all calls, and the most that may be. */
export interface BodyBudget {
  readonly limitBytes: number
  heldBytes: number
}

export interface BodyLimits {
  readonly capBytes: number
  readonly deadlineMs: number
  readonly budget: BodyBudget
  readonly ticker: Ticker
}

/** A body read whole. */
export class RequestBody {
  #bytes: Uint8Array | ByteSpan | undefined
  readonly #share: BudgetShare

  constructor(bytes: Uint8Array | ByteSpan, share: BudgetShare) {
    this.#bytes = bytes
    this.#share = share
  }

  /** The bytes, once: whoever makes something of them need not hold them beside it. */
  takeBytes(): Uint8Array {
    const bytes = this.#bytes ?? nothing
    this.#bytes = undefined
    return bytes instanceof Uint8Array ? bytes : viewBytes(bytes.bytes, bytes.start, bytes.end)
  }

  /** The same as text. The memory of large ones is given back at once: the collector would leave it for a while. */
  takeText(): string {
    const held = this.#bytes
    if (held && !(held instanceof Uint8Array)) {
      this.#bytes = undefined
      return spanText(held)
    }
    const bytes = this.takeBytes()
    const text = utf8.decode(bytes)
    const { buffer, byteLength } = bytes
    if (byteLength > largeBytes && buffer.byteLength === byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0)
    return text
  }

  /** Gives the bytes back to the budget, when nothing made of them is needed any more. */
  release(): void {
    this.#share.release()
  }
}

const largeBytes = 64 * 1024
const utf8: TextDecoder = new TextDecoder()
const nothing = new Uint8Array(0)

/**
 * Reads a request body, refusing before it is buffered what is too large, compressed or too slow. A body that
 * came with its head, as nearly all do, is not waited for.
 */
export function readRequestBody(
  request: HttpRequest,
  limits: BodyLimits,
): Result<RequestBody> | Promise<Result<RequestBody>> {
  const { capBytes, budget } = limits
  const encoding = request.headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity') return compressed(encoding)
  const { bodyBytes } = request
  if (bodyBytes !== undefined && bodyBytes > capBytes) return tooLarge(capBytes)
  const share = new BudgetShare(budget)
  if (!share.take(bodyBytes ?? 0)) return overloaded
  const whole = request.takeWholeBody()
  if (!whole) return new BodyCollector(request, limits, share).result
  return { ok: true, value: new RequestBody(whole, share) }
}

/** What one body holds of the budget. */
class BudgetShare {
  readonly #budget: BodyBudget
  #heldBytes = 0
  #isReleased = false

  constructor(budget: BodyBudget) {
    this.#budget = budget
  }

  /** False when there is no room for this many more. */
  take(bytes: number): boolean {
    if (this.#isReleased || this.#budget.heldBytes + bytes > this.#budget.limitBytes) return false
    this.#budget.heldBytes += bytes
    this.#heldBytes += bytes
    return true
  }

  release(): void {
    this.#isReleased = true
    this.#budget.heldBytes -= this.#heldBytes
    this.#heldBytes = 0
  }
}

/** Puts a body together that comes in pieces. One without a length is counted while it comes. */
class BodyCollector implements BodyTaker, Timed {
  readonly dueAt: number
  readonly result: Promise<Result<RequestBody>>
  readonly #limits: BodyLimits
  readonly #share: BudgetShare
  readonly #resolve: (result: Result<RequestBody>) => void
  readonly #declaredBytes: number | undefined
  /** Of a body with a length: room for all of it, which the system fills in as it is written to. */
  #room: Buffer | undefined
  #pieces: Uint8Array[] = []
  #bytes = 0
  #isOver = false

  constructor(request: HttpRequest, limits: BodyLimits, share: BudgetShare) {
    const { promise, resolve } = Promise.withResolvers<Result<RequestBody>>()
    this.result = promise
    this.#resolve = resolve
    this.#limits = limits
    this.#share = share
    this.#declaredBytes = request.bodyBytes
    this.#room = this.#declaredBytes === undefined ? undefined : Buffer.allocUnsafeSlow(this.#declaredBytes)
    this.dueAt = limits.ticker.now + limits.deadlineMs
    limits.ticker.watch(this)
    request.claimBody(this)
  }

  take(bytes: Uint8Array): boolean {
    const { capBytes } = this.#limits
    if (this.#isOver) return false
    if (this.#room) this.#room.set(bytes, this.#bytes)
    else this.#pieces.push(bytes.slice())
    this.#bytes += bytes.byteLength
    if (this.#bytes > capBytes) this.#settle(tooLarge(capBytes))
    else if (!this.#room && !this.#share.take(bytes.byteLength)) this.#settle(overloaded)
    else return true
    return false
  }

  end(): void {
    const bytes = this.#room ?? Buffer.concat(this.#pieces)
    this.#settle({ ok: true, value: new RequestBody(bytes, this.#share) })
  }

  breakOff(): void {
    this.#settle(broken)
  }

  expire(): void {
    this.#settle(tooSlow(this.#limits.deadlineMs))
  }

  #settle(result: Result<RequestBody>): void {
    this.#isOver = true
    this.#limits.ticker.unwatch(this)
    this.#pieces = []
    this.#room = undefined
    if (!result.ok) this.#share.release()
    this.#resolve(result)
  }
}

function tooLarge(capBytes: number): Result<never> {
  const message = `The request body is larger than ${capBytes} bytes. Send less, or have the operator raise 'body_limit'.`
  return { ok: false, failure: { kind: 'too-large', message, retry: 'never', code: 'request_too_large' } }
}

function compressed(encoding: string): Result<never> {
  const message = `Request bodies with content-encoding '${encoding.slice(0, 40)}' are not accepted; send it uncompressed.`
  return { ok: false, failure: { kind: 'unsupported-media', message, retry: 'never' } }
}

function tooSlow(deadlineMs: number): Result<never> {
  const message = `The request body did not arrive within ${deadlineMs / 1000} seconds.`
  return { ok: false, failure: { kind: 'invalid-request', message, retry: 'never', status: 408 } }
}

const broken: Result<never> = {
  ok: false,
  failure: { kind: 'invalid-request', message: 'The request body broke off or is not readable.', retry: 'never' },
}

const overloaded: Result<never> = {
  ok: false,
  failure: {
    kind: 'overloaded',
    message: 'The gateway holds as many request bodies as it may. Try again in a moment.',
    retry: 'never',
    retryAfterMs: 1000,
  },
}
