/** What tells how long to wait before asking a provider again. */
export interface RetryHints {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly status: number
  /** The provider's own sentence; some tell the wait only there. */
  readonly message: string
}

/**
 * How long a provider asks to wait, in milliseconds: `retry-after-ms`, else `retry-after` in seconds or as a date that
 * is read against the answer's own `date`. Where a rate limit was the reason, else the longest reset of the limits that
 * are used up (of those that do not say what remains, where none is), else "try again in 11.054s" in the message.
 */
export function readRetryAfterMs({ headers, status, message }: RetryHints): number | undefined {
  const exact = readCount(headers['retry-after-ms'])
  if (exact !== undefined && exact > 0) return exact
  const asked = readWait(headers['retry-after'], headers['date'])
  if (asked !== undefined || status !== 429) return asked ?? exact
  return exact ?? longestReset(headers) ?? readToldWait(message)
}

/** A wait such as `34.07s`, `1h2m3.5s`, `120ms` or plain seconds, in milliseconds; undefined for anything else. */
export function readDurationMs(text: string | undefined): number | undefined {
  const seconds = readCount(text)
  if (seconds !== undefined) return seconds <= longestWaitSeconds ? seconds * 1000 : undefined
  if (text === undefined || !/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    total += Number(amount) * (unitMs[unit ?? ''] ?? 0)
  }
  return Math.ceil(total)
}

/** Above this a bare number is a moment in time, which cannot be told from a wait without a clock. */
const longestWaitSeconds = 30 * 86_400
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const resetName = /^(?:x-|anthropic-)?ratelimit-(?:reset(?:-(.+))?|(.+)-reset)$/

function readWait(text: string | undefined, now: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const wait = readDurationMs(text)
  if (wait !== undefined || readCount(text) !== undefined) return wait
  const left = Date.parse(text) - Date.parse(now ?? '')
  return Number.isFinite(left) ? Math.max(0, left) : undefined
}

function longestReset(headers: RetryHints['headers']): number | undefined {
  const untold: number[] = []
  const usedUp: number[] = []
  for (const name of Object.keys(headers)) {
    const limit = resetName.exec(name)
    const wait = limit && readWait(headers[name], headers['date'])
    if (!limit || wait === undefined || wait === null) continue
    const remaining = remainingOf(headers, limit[1] ?? limit[2])
    if (remaining === undefined) untold.push(wait)
    if (remaining === '0') usedUp.push(wait)
  }
  const waits = usedUp.length > 0 ? usedUp : untold
  return waits.length > 0 ? Math.max(...waits) : undefined
}

function remainingOf(headers: RetryHints['headers'], limit: string | undefined): string | undefined {
  if (limit === undefined) return headers['x-ratelimit-remaining']
  return headers[`x-ratelimit-remaining-${limit}`] ?? headers[`anthropic-ratelimit-${limit}-remaining`]
}

function readToldWait(message: string): number | undefined {
  return readDurationMs(/try again in ((?:\d+(?:\.\d+)?(?:ms|[hms]))+)/i.exec(message)?.[1])
}

function readCount(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const number = Number(text)
  return Number.isFinite(number) && number >= 0 ? number : undefined
}
