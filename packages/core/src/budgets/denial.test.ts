import { describe, expect, test } from 'bun:test'
import { denyShortage, failureOfDenial } from './denial.ts'
import type { CounterLimit } from './limit.ts'
import type { CounterState } from './store.ts'

const counter: CounterLimit = {
  key: 'team:search/usd/month/*',
  scope: { kind: 'team', id: 'search' },
  meter: 'usd',
  per: 'month',
  timeZone: 'UTC',
  limit: 20_000_000_000n,
  soft: [],
  epoch: 1,
}
const requests: CounterLimit = {
  ...counter,
  key: 'team:search/requests/minute/*',
  meter: 'requests',
  per: 'minute',
  limit: 600n,
}
const stateOf = (settled: bigint, outstanding: bigint, other: Partial<CounterState> = {}): CounterState => {
  return { limit: counter.limit, settled, outstanding, resetsInMs: 3 * 86_400_000, ...other }
}

describe('money', () => {
  test('that is spent is 402, with the limit, what is spent, and when it starts anew', () => {
    const failure = failureOfDenial(denyShortage(counter, 1_250_000, stateOf(19_999_000_000n, 500n)))
    expect(failure).toMatchObject({ kind: 'budget-exceeded', code: 'budget_exceeded', retry: 'never' })
    expect(failure.message).toBe(
      "The budget of team 'search' (month) is $20.00: $19.999 is spent and this request may need $0.00125. " +
        'It resets in 3 days. Until then ask for fewer tokens, or have the limit raised.',
    )
  })

  test('that no window has enough of is 402 that says so', () => {
    const failure = failureOfDenial(denyShortage(counter, 21_000_000_000, stateOf(0n, 0n)))
    expect(failure).toMatchObject({ kind: 'budget-exceeded' })
    expect(failure.message).toContain('can never fit')
  })

  test('that is held by others is 429 with the time to wait', () => {
    const failure = failureOfDenial(denyShortage(counter, 1_000_000_000, stateOf(0n, 19_500_000_000n)))
    expect(failure).toMatchObject({ kind: 'rate-limited', code: 'budget_in_flight', retryAfterMs: 1000 })
    expect(failure.message).toContain('$19.50 of it is held by requests in flight')
  })

  test('with no end of its window says that it does not reset', () => {
    const state = stateOf(20_000_000_000n, 0n, { resetsInMs: undefined })
    expect(failureOfDenial(denyShortage(counter, 1, state)).message).toContain('It does not reset.')
  })
})

describe('a rate', () => {
  const state = stateOf(600n, 0n, { limit: 600n, resetsInMs: 12_300 })

  test('that is used up is 429 until its window ends', () => {
    const failure = failureOfDenial(denyShortage(requests, 1, state))
    expect(failure).toMatchObject({ kind: 'rate-limited', code: 'rate_limit_exceeded', retryAfterMs: 12_300 })
    expect(failure.message).toBe(
      "The limit of requests of team 'search' (minute) is 600: 600 is used. Try again in 13 s.",
    )
  })

  test('that one request alone exceeds is 402: waiting does not help', () => {
    expect(failureOfDenial(denyShortage(requests, 601, state))).toMatchObject({ kind: 'budget-exceeded' })
  })

  test('of concurrent requests is 429', () => {
    const level: CounterLimit = { ...counter, meter: 'concurrency', per: 'lifetime', limit: 5n }
    const failure = failureOfDenial(denyShortage(level, 1, stateOf(0n, 5n, { limit: 5n, resetsInMs: undefined })))
    expect(failure).toMatchObject({ kind: 'rate-limited', code: 'rate_limit_exceeded', retryAfterMs: 1000 })
  })
})

test('what is broken at our side is 503, never 401', () => {
  for (const kind of ['store-unavailable', 'log-unavailable'] as const) {
    const failure = failureOfDenial({ kind, retryAfterMs: 1000 })
    expect(failure).toMatchObject({ kind: 'overloaded', retryAfterMs: 1000 })
  }
})
