import { expect, test } from 'bun:test'
import { readRetryAfterMs } from './retry-after.ts'

test.each([
  [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
  [{ 'retry-after': '9' }, 9000],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': 'Sat, 21 Nov 2026 10:00:30 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, 30_000],
  [{ 'retry-after': 'Sat, 21 Nov 2026 10:00:30 GMT' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'x-ratelimit-reset-requests': '1m6.5s', 'x-ratelimit-reset-tokens': '20ms' }, 66_500],
  [
    {
      'x-ratelimit-reset-requests': '1m',
      'x-ratelimit-remaining-requests': '7',
      'x-ratelimit-reset-tokens': '3s',
      'x-ratelimit-remaining-tokens': '0',
    },
    3000,
  ],
  [{ 'anthropic-ratelimit-tokens-reset': '2026-11-21T10:00:07Z', date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, 7000],
  [{ 'x-ratelimit-reset': '1795244165' }, undefined],
  [{}, undefined],
] as const)('%p asks to wait %p ms', (headers, expected) => {
  expect(readRetryAfterMs({ headers: { ...headers }, status: 429, message: '' })).toBe(expected)
})

test('a reset counts only where a rate limit was the reason', () => {
  const headers = { 'x-ratelimit-reset': '5' }
  expect(readRetryAfterMs({ headers, status: 500, message: '' })).toBeUndefined()
})

test('the message is the last resort', () => {
  const message = 'Rate limit reached. Please try again in 11.054s.'
  expect(readRetryAfterMs({ headers: {}, status: 429, message })).toBe(11_054)
})
