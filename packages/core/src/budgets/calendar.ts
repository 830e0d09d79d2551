/**
 * Local dates in any time zone, from what `Intl` knows of its offsets. A date begins at the first instant that bears it:
 * where clocks are turned at midnight, that is not 00:00.
 */

const dayMs = 86_400_000

/** A local date as the day's number: days from 1970-01-01 of that calendar. */
export function localDay(timeZone: string, atMs: number): number {
  return Math.floor((atMs + offsetMs(timeZone, atMs)) / dayMs)
}

/** The first instant of a local date. A date that was skipped begins, empty, where the next one does. */
export function startOfDay(timeZone: string, day: number): number {
  const asUtc = day * dayMs
  // No zone is further than 15 hours from UTC, and none turned its clock twice within two days.
  const before = offsetMs(timeZone, asUtc - dayMs)
  const after = offsetMs(timeZone, asUtc + dayMs)
  if (before === after) return asUtc - before
  return firstInstantOf(timeZone, day, { fromMs: asUtc - dayMs, untilMs: asUtc + dayMs })
}

/** Whether the runtime knows this time zone. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

/** Year, month (0 to 11) and day of the week (0 is Monday) of a day's number. */
export function dateOf(day: number): { readonly year: number; readonly month: number; readonly weekday: number } {
  const date = new Date(day * dayMs)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), weekday: (date.getUTCDay() + 6) % 7 }
}

/** The number of the first day of a month; months below 0 and above 11 are in the years around. */
export function firstOfMonth(year: number, month: number): number {
  return Date.UTC(year, month, 1) / dayMs
}

function firstInstantOf(timeZone: string, day: number, search: { fromMs: number; untilMs: number }): number {
  // Going back over midnight shows a date twice. Offsets change at most once here, so on either side of the change
  // the date only grows: the first side that reaches the day has its beginning.
  const turnMs = findTurn(timeZone, search)
  const early = day * dayMs - offsetMs(timeZone, search.fromMs)
  if (early < turnMs) return early
  return Math.max(turnMs, day * dayMs - offsetMs(timeZone, search.untilMs))
}

/** The first instant with the later offset. */
function findTurn(timeZone: string, { fromMs, untilMs }: { fromMs: number; untilMs: number }): number {
  const first = offsetMs(timeZone, fromMs)
  let before = fromMs
  let after = untilMs
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (offsetMs(timeZone, middle) === first) before = middle
    else after = middle
  }
  return after
}

/** What a clock in the zone shows, less UTC. */
function offsetMs(timeZone: string, atMs: number): number {
  if (timeZone === 'UTC') return 0
  const wholeSecond = Math.floor(atMs / 1000) * 1000
  const fields: Record<string, number> = {}
  for (const { type, value } of formatOf(timeZone).formatToParts(wholeSecond)) fields[type] = Number(value)
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = fields
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSecond
}

/** Making a format costs a hundred times what using it does; there are only so many zones. */
const formats: Map<string, Intl.DateTimeFormat> = new Map()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(timeZone, format)
  return format
}
