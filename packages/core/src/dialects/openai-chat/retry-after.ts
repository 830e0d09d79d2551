/**
 * How long a host asks to wait, in milliseconds. `retry-after-ms` is the most exact; `retry-after` holds seconds (a
 * date needs a clock and is left alone); `x-ratelimit-reset*` holds seconds or a duration such as `1m6.5s` or `20ms`, and
 * counts only where a rate limit was the reason.
 */
export function readRetryAfterMs(headers: Readonly<Record<string, string>>, status: number): number | undefined {
  const exact = readNumber(headers['retry-after-ms'])
  if (exact !== undefined && exact > 0) return exact
  const seconds = readNumber(headers['retry-after'])
  if (seconds !== undefined) return seconds * 1000
  if (status !== 429) return exact
  const resets = resetNames.map((name) => readDuration(headers[name])).filter((wait) => wait !== undefined)
  return exact ?? (resets.length > 0 ? Math.max(...resets) : undefined)
}

const resetNames = ['x-ratelimit-reset-requests', 'x-ratelimit-reset-tokens', 'x-ratelimit-reset']
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** More than this many seconds is a moment in time, which cannot be told from a wait without a clock. */
const longestWaitSeconds = 30 * 86_400

function readDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = readNumber(text)
  if (seconds !== undefined) return seconds <= longestWaitSeconds ? seconds * 1000 : undefined
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (unitMs[unit ?? ''] ?? 0)
  }
  return total
}

function readNumber(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const number = Number(text)
  return Number.isFinite(number) && number >= 0 ? number : undefined
}
