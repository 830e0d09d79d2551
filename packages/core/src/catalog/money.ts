/**
 * Exact sums of money in whole nano-USD as `Number`. Every function is monotone in its arguments and saturates at
 * `mostNanos` (about nine million dollars) instead of losing digits.
 */

/** The largest amount: beyond it a `Number` no longer holds every whole one. */
export const mostNanos: number = Number.MAX_SAFE_INTEGER

/** More tokens than any call has; a larger count is a provider's mistake and taken for this. */
export const mostTokens = 1_000_000_000

const million = 1_000_000

/**
 * Nano-USD for so many tokens at a rate in nano-USD per million, rounded up. The rate is split at a million, because
 * tokens x rate would not fit: both halves are exact as far as the result fits.
 */
export function tokenCost(tokens: number, ratePerMillionNanos: number): number {
  const fraction = ratePerMillionNanos % million
  const whole = (ratePerMillionNanos - fraction) / million
  const product = tokens * fraction
  const left = product % million
  return Math.min(mostNanos, tokens * whole + (product - left) / million + (left > 0 ? 1 : 0))
}

/** The sum of two amounts. */
export function addNanos(one: number, other: number): number {
  return Math.min(mostNanos, one + other)
}

/** A rate or amount times thousandths, rounded up. */
export function scaleNanos(nanos: number, thousandths: number): number {
  return thousandths === 1000 ? nanos : Math.min(mostNanos, Math.ceil((nanos * thousandths) / 1000))
}

/** A count as a whole number from 0 to `mostTokens`: what a provider reports may be anything. */
export function wholeCount(count: number | undefined): number {
  if (count === undefined || !(count > 0)) return 0
  return Math.min(mostTokens, Math.ceil(count))
}

/** USD as whole nano-USD, rounded up; undefined for what is no amount: negative, not finite, or too large to be exact. */
export function nanosOfUsd(usd: number): number | undefined {
  const nanos = usd * 1e9
  if (!(nanos >= 0) || nanos > mostNanos) return undefined
  // Decimal fractions are a little off as floats: 0.1 + 0.2 must not cost a nano-USD more than 0.3.
  const near = Math.round(nanos)
  return Math.abs(nanos - near) < 1e-6 * Math.max(1, near * 1e-9) ? near : Math.ceil(nanos)
}

/** Nano-USD as USD in decimal digits, without an exponent: 1,500,000 is `0.0015`. */
export function usdText(nanos: number): string {
  return decimalText(nanos, 9)
}

/** A whole number of the smallest places as decimal text: `decimalText(1500000, 9)` is `0.0015`. */
export function decimalText(value: number, places: number): string {
  const digits = String(value).padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return fraction === '' ? digits.slice(0, -places) : `${digits.slice(0, -places)}.${fraction}`
}
