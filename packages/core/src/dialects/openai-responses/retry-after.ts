/**
 * How long a provider asks to wait, in milliseconds: `retry-after-ms`, `retry-after` in seconds, the reset of a rate
 * limit that is used up, or the words of the message. A date in `retry-after` needs a clock and is not read.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, message: string): number | undefined {
  const exact = positive(headers['retry-after-ms'])
  if (exact !== undefined) return exact
  const seconds = positive(headers['retry-after'])
  if (seconds !== undefined) return seconds * 1000
  return resetMs(headers) ?? toldMs(message)
}

function positive(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const value = Number(text)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

/** The longest reset among the limits of which nothing remains. */
function resetMs(headers: Readonly<Record<string, string>>): number | undefined {
  const waits = ['requests', 'tokens']
    .filter((each) => headers[`x-ratelimit-remaining-${each}`] === '0')
    .map((each) => durationMs(headers[`x-ratelimit-reset-${each}`] ?? ''))
    .filter((each) => each !== undefined)
  return waits.length > 0 ? Math.max(...waits) : undefined
}

/** "Please try again in 11.054s." */
function toldMs(message: string): number | undefined {
  const told = /try again in ((?:[\d.]+(?:ms|h|m|s))+)/i.exec(message)?.[1]
  return told === undefined ? undefined : durationMs(told)
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `1h2m3.5s`, `120ms`, or plain seconds. */
function durationMs(text: string): number | undefined {
  const plain = positive(text)
  if (plain !== undefined) return plain * 1000
  let total: number | undefined
  for (const [, count, unit] of text.matchAll(/([\d.]+)(ms|h|m|s)/g)) {
    total = (total ?? 0) + Number(count) * (unitMs[unit ?? ''] ?? 0)
  }
  return total === undefined || !Number.isFinite(total) ? undefined : Math.ceil(total)
}
