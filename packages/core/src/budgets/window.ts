import { dateOf, firstOfMonth, localDay, startOfDay } from './calendar.ts'
import type { CalendarPeriod, Period } from './limit.ts'
import { periodName } from './limit.ts'

/** A stretch of time over which one counter adds up, by the store's clock. */
export interface Window {
  /** Milliseconds since 1970; with the counter's key it names the row. 0 for a lifetime. */
  readonly startMs: number
  /** Exclusive; Infinity for a lifetime. */
  readonly endMs: number
}

/** A rolling window is counted in slices this many to its length; the oldest counts until all of it is past. */
const slicesPerWindow = 60

const fixedMs: Readonly<Partial<Record<CalendarPeriod, number>>> = { second: 1000, minute: 60_000, hour: 3_600_000 }

const lifetime: Window = { startMs: 0, endMs: Number.POSITIVE_INFINITY }

/**
 * The window this instant is in. Windows of a period and zone follow each other without gap or overlap. Seconds, minutes
 * and hours are those of UTC; weeks begin on Monday. For a rolling period it is the slice that the instant is in.
 */
export function windowAt(per: Period, timeZone: string, atMs: number): Window {
  if (per === 'lifetime') return lifetime
  const lengthMs = typeof per === 'string' ? fixedMs[per] : sliceMs(per.rollingMs)
  if (lengthMs !== undefined) {
    const startMs = Math.floor(atMs / lengthMs) * lengthMs
    return { startMs, endMs: startMs + lengthMs }
  }
  const name = `${periodName(per)} ${timeZone}`
  const last = lastWindows.get(name)
  if (last && atMs >= last.startMs && atMs < last.endMs) return last
  const found = typeof per === 'string' ? calendarWindow(per, timeZone, atMs) : lifetime
  lastWindows.set(name, found)
  return found
}

/** The start of the oldest window that counts at this instant: the window itself, or the first slice looked back on. */
export function countedSince(per: Period, timeZone: string, atMs: number): number {
  if (typeof per === 'string') return windowAt(per, timeZone, atMs).startMs
  const slice = sliceMs(per.rollingMs)
  // The oldest slice whose end is after `atMs - rollingMs`.
  return Math.floor((atMs - per.rollingMs) / slice) * slice
}

/** When what was counted in the window that starts here stops counting. */
export function countedUntil(per: Period, timeZone: string, startMs: number): number {
  const { endMs } = windowAt(per, timeZone, startMs)
  return typeof per === 'string' ? endMs : endMs + per.rollingMs
}

function sliceMs(rollingMs: number): number {
  return Math.max(1, Math.ceil(rollingMs / slicesPerWindow))
}

/** The last window of each period and zone: asking `Intl` costs tens of microseconds, and windows last. */
const lastWindows: Map<string, Window> = new Map()

function calendarWindow(per: CalendarPeriod, timeZone: string, atMs: number): Window {
  let day = localDay(timeZone, atMs)
  for (;;) {
    const [first, next] = daysOf(per, day)
    const endMs = startOfDay(timeZone, next)
    // Where clocks go back over midnight a date is shown again after the next one began: it is the next one's.
    if (atMs < endMs) return { startMs: startOfDay(timeZone, first), endMs }
    day = next
  }
}

/** The first day of the period that this day is in, and the first of the next. */
function daysOf(per: CalendarPeriod, day: number): readonly [first: number, next: number] {
  const { year, month, weekday } = dateOf(day)
  if (per === 'week') return [day - weekday, day - weekday + 7]
  if (per === 'month') return [firstOfMonth(year, month), firstOfMonth(year, month + 1)]
  if (per === 'quarter') {
    const first = month - (month % 3)
    return [firstOfMonth(year, first), firstOfMonth(year, first + 3)]
  }
  return [day, day + 1]
}
