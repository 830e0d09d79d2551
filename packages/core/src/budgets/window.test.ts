import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { isTimeZone, localDay, startOfDay } from './calendar.ts'
import type { CalendarPeriod, Period } from './limit.ts'
import { propertyRuns } from './testing.ts'
import { countedSince, countedUntil, windowAt } from './window.ts'

/** Zones that turn their clocks at midnight, by half an hour, at a quarter past, or have skipped a whole day. */
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Havana',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Antarctica/Troll',
]
const calendar: readonly CalendarPeriod[] = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter']

const zone = fc.constantFrom(...zones)
const instant = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2040, 0, 1) })
const rolling = fc.integer({ min: 1, max: 40 * 86_400_000 }).map((rollingMs): Period => ({ rollingMs }))
const period = fc.oneof(fc.constantFrom<Period>(...calendar, 'lifetime'), rolling)

const show = (per: CalendarPeriod, timeZone: string, at: string): readonly string[] => {
  const { startMs, endMs } = windowAt(per, timeZone, Date.parse(at))
  return [startMs, endMs].map((ms) => new Date(ms).toISOString().replace(':00.000Z', 'Z'))
}

describe('windows', () => {
  test('follow each other without gap or overlap', () => {
    fc.assert(
      fc.property(
        period,
        zone,
        instant,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (per, timeZone, at, where) => {
          const window = windowAt(per, timeZone, at)
          expect(window.startMs <= at && at < window.endMs).toBe(true)
          if (per === 'lifetime') return
          expect(windowAt(per, timeZone, window.endMs).startMs).toBe(window.endMs)
          const inside = window.startMs + Math.floor(where * (window.endMs - window.startMs))
          // Another zone in between, so that the answer is worked out and not remembered.
          windowAt(per, timeZone, at + 400 * 86_400_000)
          expect(windowAt(per, timeZone, inside)).toEqual(window)
        },
      ),
      { numRuns: propertyRuns(2000) },
    )
  })

  test('of a day begin at the first instant that bears its date', () => {
    fc.assert(
      fc.property(zone, instant, (timeZone, at) => {
        const day = localDay(timeZone, at)
        const start = startOfDay(timeZone, day)
        expect(localDay(timeZone, start)).toBeGreaterThanOrEqual(day)
        expect(localDay(timeZone, start - 1)).toBeLessThan(day)
      }),
      { numRuns: propertyRuns(2000) },
    )
  })

  test.each([
    ['day', 'Europe/Berlin', '2026-03-29T10:00Z', ['2026-03-28T23:00Z', '2026-03-29T22:00Z']],
    ['day', 'Europe/Berlin', '2026-10-25T10:00Z', ['2026-10-24T22:00Z', '2026-10-25T23:00Z']],
    ['day', 'America/Sao_Paulo', '2018-11-04T12:00Z', ['2018-11-04T03:00Z', '2018-11-05T02:00Z']],
    ['day', 'Pacific/Apia', '2011-12-31T00:00Z', ['2011-12-30T10:00Z', '2011-12-31T10:00Z']],
    ['week', 'America/New_York', '2026-11-21T12:00Z', ['2026-11-16T05:00Z', '2026-11-23T05:00Z']],
    ['month', 'Asia/Kathmandu', '2026-02-10T12:00Z', ['2026-01-31T18:15Z', '2026-02-28T18:15Z']],
    ['quarter', 'UTC', '2026-11-21T12:00Z', ['2026-10-01T00:00Z', '2027-01-01T00:00Z']],
    ['hour', 'Asia/Kathmandu', '2026-11-21T12:34Z', ['2026-11-21T12:00Z', '2026-11-21T13:00Z']],
  ] as const)('%s in %s at %s', (per, timeZone, at, expected) => {
    expect(show(per, timeZone, at)).toEqual([...expected])
  })

  test('know time zones from other names', () => {
    expect([isTimeZone('Europe/Berlin'), isTimeZone('Berlin')]).toEqual([true, false])
  })
})

describe('a rolling window', () => {
  test('counts a slice for as long as any of it is within', () => {
    fc.assert(
      fc.property(rolling, instant, fc.integer({ min: 0, max: 80 * 86_400_000 }), (per, at, laterMs) => {
        if (typeof per === 'string') return
        const now = at + laterMs
        const slice = windowAt(per, 'UTC', at)
        const isCounted = slice.startMs >= countedSince(per, 'UTC', now)
        if (laterMs < per.rollingMs) expect(isCounted).toBe(true)
        expect(isCounted).toBe(now < countedUntil(per, 'UTC', slice.startMs))
      }),
      { numRuns: propertyRuns(2000) },
    )
  })
})
