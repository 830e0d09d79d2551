import type { Result } from '@sluice/core/ir/failure.ts'

/** Bytes of request bodies held at this moment, over all calls, and the most that may be. */
export interface BodyBudget {
  readonly limitBytes: number
  heldBytes: number
}

export interface BodyLimits {
  readonly capBytes: number
  readonly deadlineMs: number
  readonly budget: BodyBudget
  readonly watch: BodyWatch
}

interface Waiting {
  readonly dueAtMs: number
  giveUp(): void
}

const watchPeriodMs = 1000

/** The deadlines of all bodies being read, under one coarse timer: a timer for each would cost more than the reading. */
export class BodyWatch {
  readonly #waiting = new Set<Waiting>()
  #timer: ReturnType<typeof setInterval> | undefined

  /** Resolves with the body, or with what `late` says once the deadline has passed. */
  async within<T>(deadlineMs: number, reading: Promise<Result<T>>): Promise<Result<T>> {
    const { promise, resolve } = Promise.withResolvers<Result<T>>()
    const waiting = { dueAtMs: performance.now() + deadlineMs, giveUp: () => resolve(tooSlow(deadlineMs)) }
    this.#waiting.add(waiting)
    this.#timer ??= setInterval(() => this.#look(), watchPeriodMs)
    void reading.then(resolve)
    const result = await promise
    this.#waiting.delete(waiting)
    return result
  }

  #look(): void {
    const nowMs = performance.now()
    for (const waiting of this.#waiting) if (waiting.dueAtMs <= nowMs) waiting.giveUp()
    if (this.#waiting.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

/** A body read whole. `release` gives its bytes back to the budget, when the text is not needed any more. */
export interface RequestBody {
  readonly text: string
  release(): void
}

/**
 * Reads a request body as text, refusing before it is buffered what is too large, compressed or too slow. A body
 * without a length is counted while it comes.
 */
export async function readRequestBody(request: Request, limits: BodyLimits): Promise<Result<RequestBody>> {
  const opened = openBody(request, limits)
  if (!opened.ok) return opened
  const { length, share } = opened.value
  const text = await (length === undefined ? readCounted(request, limits, share) : readDeclared(request, limits))
  if (text.ok) return { ok: true, value: { text: text.value, release: () => share.release() } }
  share.release()
  return text
}

/** The length a body declares, and its share of the budget; or why it is not read at all. */
export function openBody(
  { headers }: Request,
  { capBytes, budget }: BodyLimits,
): Result<{ readonly length: number | undefined; readonly share: BudgetShare }> {
  const encoding = headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity') return compressed(encoding)
  const declared = headers.get('content-length')
  const length = declared === null ? undefined : Number(declared)
  if (length !== undefined && length > capBytes) return tooLarge(capBytes)
  const share = new BudgetShare(budget)
  return share.take(length ?? 0) ? { ok: true, value: { length, share } } : overloaded
}

/** What one body holds of the budget. */
export class BudgetShare {
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

  /** Takes what is missing to this many in all. */
  cover(bytes: number): boolean {
    return bytes <= this.#heldBytes || this.take(bytes - this.#heldBytes)
  }

  release(): void {
    this.#isReleased = true
    this.#budget.heldBytes -= this.#heldBytes
    this.#heldBytes = 0
  }
}

function readDeclared(request: Request, { deadlineMs, watch }: BodyLimits): Promise<Result<string>> {
  return watch.within(deadlineMs, request.text().then(readText, readBroken))
}

const readText = (value: string): Result<string> => ({ ok: true, value })
const readBroken = (): Result<string> => broken

async function readCounted(
  request: Request,
  { capBytes, deadlineMs, watch }: BodyLimits,
  share: BudgetShare,
): Promise<Result<string>> {
  const reader = request.body?.getReader()
  if (!reader) return { ok: true, value: '' }
  const text = await watch.within(deadlineMs, readChunks(reader, capBytes, share))
  if (!text.ok) void reader.cancel().catch(() => undefined)
  return text
}

interface ChunkReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>
}

async function readChunks(reader: ChunkReader, capBytes: number, share: BudgetShare): Promise<Result<string>> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || !value) return { ok: true, value: text + decoder.decode() }
      bytes += value.byteLength
      if (bytes > capBytes) return tooLarge(capBytes)
      if (!share.take(value.byteLength)) return overloaded
      text += decoder.decode(value, { stream: true })
    }
  } catch {
    return broken
  }
}

/** More than the route takes. */
export function tooLarge(capBytes: number): Result<never> {
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

/** The client went away, or sent what is no message. */
export const broken: Result<never> = {
  ok: false,
  failure: { kind: 'invalid-request', message: 'The request body broke off or is not readable.', retry: 'never' },
}

/** No room for another body now. */
export const overloaded: Result<never> = {
  ok: false,
  failure: {
    kind: 'overloaded',
    message: 'The gateway holds as many request bodies as it may. Try again in a moment.',
    retry: 'never',
    retryAfterMs: 1000,
  },
}
