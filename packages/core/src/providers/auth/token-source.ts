import type { Obtained } from './credential-ports.ts'

/** What a source hands out: anything that is good for a while. */
export interface Perishable {
  /** From the moment it was obtained; Infinity for what never ends. */
  readonly lifeMs: number
}

export interface TokenSourceOptions<T extends Perishable> {
  /** Gets a fresh one. Bounds its own waits and never rejects. */
  readonly obtain: () => Promise<Obtained<T>>
  /** A clock that never goes back. */
  readonly nowMs: () => number
}

interface Held<T> {
  readonly answer: { readonly ok: true; readonly value: T }
  readonly obtainedAtMs: number
  readonly refreshAtMs: number
  readonly endsAtMs: number
}

/** A token that ends sooner is not used: it has to travel and to be looked at. */
const travelMs = 10_000
/** A token is renewed this long before its end, or in the middle of its life when that is later. */
const aheadMs = 300_000
const firstPauseMs = 1000
const longestPauseMs = 60_000
/** A token is taken to live at least this long, so that a server which says less is not asked at every call. */
const leastLifeMs = 30_000
/** A token younger than this was refused for another reason than its age. */
const youngMs = 30_000

/**
 * One token for all callers. The states, by what `take` does:
 *
 *   none     asks for one; everybody who comes meanwhile waits for the same answer
 *   fresh    hands it out at once
 *   ageing   hands it out at once, and one renewal runs beside the calls
 *   failing  tells the last problem at once until a pause is over, which doubles from 1 s to 60 s; an ageing token is
 *            still handed out
 */
export class TokenSource<T extends Perishable> {
  readonly #obtain: TokenSourceOptions<T>['obtain']
  readonly #nowMs: () => number
  #held: Held<T> | undefined
  #pending: Promise<Obtained<T>> | undefined
  #problem: Extract<Obtained<T>, { ok: false }> | undefined
  #failures = 0
  #nextTryAtMs = 0

  constructor({ obtain, nowMs }: TokenSourceOptions<T>) {
    this.#obtain = obtain
    this.#nowMs = nowMs
  }

  /** At once when a token is there or none can be had for now; else a promise, which never rejects. */
  take(): Obtained<T> | Promise<Obtained<T>> {
    const nowMs = this.#nowMs()
    const held = this.#held
    if (held && nowMs < held.endsAtMs - travelMs) {
      if (nowMs >= held.refreshAtMs && nowMs >= this.#nextTryAtMs) void this.#renew()
      return held.answer
    }
    if (this.#problem && nowMs < this.#nextTryAtMs) return this.#pause(nowMs, this.#problem)
    return this.#renew()
  }

  /** The server did not take this token. True when a new one is worth a second try. */
  reject(token: T): boolean {
    if (this.#held?.answer.value !== token) return true
    if (this.#nowMs() - this.#held.obtainedAtMs < youngMs) return false
    this.#held = undefined
    return true
  }

  #renew(): Promise<Obtained<T>> {
    this.#pending ??= this.#obtain().then(
      (answer) => this.#settle(answer),
      (bug: unknown) => this.#settle({ ok: false, problem: unexpected(bug) }),
    )
    return this.#pending
  }

  #settle(answer: Obtained<T>): Obtained<T> {
    this.#pending = undefined
    const nowMs = this.#nowMs()
    if (!answer.ok) {
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(this.#failures, 10))
      this.#failures++
      this.#nextTryAtMs = nowMs + Math.max(pauseMs, Math.min(longestPauseMs, answer.retryAfterMs ?? 0))
      this.#problem = answer
      return this.#pause(nowMs, answer)
    }
    this.#failures = 0
    this.#nextTryAtMs = 0
    this.#problem = undefined
    const lifeMs = Math.max(leastLifeMs, answer.value.lifeMs)
    const refreshAtMs = nowMs + Math.max(lifeMs / 2, lifeMs - aheadMs)
    this.#held = { answer, obtainedAtMs: nowMs, refreshAtMs, endsAtMs: nowMs + lifeMs }
    return answer
  }

  #pause(nowMs: number, { problem }: { readonly problem: string }): Obtained<T> {
    return { ok: false, problem, retryAfterMs: this.#nextTryAtMs - nowMs }
  }
}

/** A renewal runs beside the calls, where nobody could catch a bug; what it says might be a secret. */
function unexpected(bug: unknown): string {
  return `asking for it failed in an unexpected way (${bug instanceof Error ? bug.name : typeof bug})`
}
