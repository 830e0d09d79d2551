/**
 * How long a provider asks to wait, in milliseconds: `retry-after-ms`, else `retry-after` in seconds or as a date that
 * is read against the answer's own `date`, else, where a rate limit was the reason, the latest `*-ratelimit-*-reset`.
 */
export function readRetryAfterMs(headers: Readonly<Record<string, string>>, status: number): number | undefined {
  const exact = readCount(headers['retry-after-ms'])
  if (exact !== undefined) return exact
  const now = headers['date']
  const asked = readWait(headers['retry-after'], now)
  if (asked !== undefined || status !== 429) return asked
  const waits = Object.entries(headers)
    .filter(([name]) => /ratelimit-.*reset|ratelimit-reset/.test(name))
    .map(([, value]) => readWait(value, now))
    .filter((wait) => wait !== undefined)
  return waits.length > 0 ? Math.max(...waits) : undefined
}

/** Above this a bare number is a moment in time, not a wait: 30 days in seconds. */
const longestWaitSeconds = 30 * 86_400
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function readWait(text: string | undefined, now: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = readCount(text)
  if (seconds !== undefined) return seconds <= longestWaitSeconds ? seconds * 1000 : undefined
  if (/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return readDuration(text)
  const wait = Date.parse(text) - Date.parse(now ?? '')
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined
}

function readDuration(text: string): number {
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (unitMs[unit ?? ''] ?? 0)
  }
  return total
}

function readCount(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const number = Number(text)
  return Number.isFinite(number) && number >= 0 ? number : undefined
}
