import type { Meter } from './meter.ts'
import { meters } from './meter.ts'

/** Who a limit is about. */
export interface Scope {
  readonly kind: 'organisation' | 'team' | 'user' | 'key' | 'end-user' | 'tag'
  readonly id: string
}

/** Periods that follow the clock on the wall. Days and longer ones follow the tenant's time zone. */
export type CalendarPeriod = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter'

/** How long a limit counts before it starts anew; `rollingMs` looks back from every moment. */
export type Period = CalendarPeriod | 'lifetime' | { readonly rollingMs: number }

/** The models a limit is about; the name is part of the counter's identity, the members are not. */
export interface ModelGroup {
  readonly name: string
  readonly members: ReadonlySet<string>
}

/** One line of `limits:`. */
export interface Limit {
  readonly meter: Meter
  /** In the meter's unit: nano-USD for `usd`. */
  readonly amount: bigint
  /** Of no meaning for `concurrency`. */
  readonly per: Period
  /** Absent: all models. */
  readonly models?: ModelGroup
  /** Only tells when it is passed; refuses nothing. */
  readonly isSoft?: boolean
}

/** A scope with all its limits. */
export interface ScopeLimits {
  readonly scope: Scope
  /** IANA name, `Europe/Berlin`. */
  readonly timeZone: string
  readonly limits: readonly Limit[]
}

/** What is counted in one place: every limit of a scope with the same meter, period and models shares it. */
export interface CounterLimit {
  /** `team:search/usd/month/*`: the same text means the same counter, on every replica and after every restart. */
  readonly key: string
  readonly scope: Scope
  readonly meter: Meter
  readonly per: Period
  readonly timeZone: string
  /** The strictest limit that refuses; undefined when all of them only tell. */
  readonly limit: bigint | undefined
  /** Amounts that only tell, ascending. */
  readonly soft: readonly bigint[]
  /**
   * Version of the configuration the limit comes from, the same on every replica. The store keeps the limit of the
   * highest version it has seen, so that a replica which is late cannot bring an old limit back.
   */
  readonly epoch: number
}

/** The counters a request for this model takes from, in the order the store locks them. */
export function countersOf(scopes: readonly ScopeLimits[], model: string, epoch: number): readonly CounterLimit[] {
  const found = new Map<string, CounterLimit>()
  for (const { scope, timeZone, limits } of scopes) {
    for (const limit of limits) {
      if (limit.models && !limit.models.members.has(model)) continue
      const key = counterKey(scope, limit)
      const known = found.get(key) ?? {
        key,
        scope,
        meter: limit.meter,
        per: periodOf(limit),
        timeZone,
        limit: undefined,
        soft: [],
        epoch,
      }
      found.set(key, addLimit(known, limit))
    }
  }
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

function addLimit(counter: CounterLimit, { amount, isSoft }: Limit): CounterLimit {
  if (isSoft) return { ...counter, soft: [...counter.soft, amount].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)) }
  return { ...counter, limit: counter.limit === undefined || amount < counter.limit ? amount : counter.limit }
}

/** The counter's name. Ids are escaped, so that no id can pass for another scope's counter. */
export function counterKey(scope: Scope, limit: Pick<Limit, 'meter' | 'per' | 'models'>): string {
  const models = limit.models === undefined ? '*' : encodeURIComponent(limit.models.name)
  return `${scope.kind}:${encodeURIComponent(scope.id)}/${limit.meter}/${periodName(periodOf(limit))}/${models}`
}

/** `month`, or `rolling-60000` for the last minute. */
export function periodName(per: Period): string {
  return typeof per === 'string' ? per : `rolling-${per.rollingMs}`
}

/** The meter a counter's name says; undefined for what is no counter's name. */
export function meterOfKey(key: string): Meter | undefined {
  const word = key.split('/')[1]
  return meters.find((meter) => meter === word)
}

/** Attempts in flight are a level, not a sum: they never start anew. */
function periodOf({ meter, per }: Pick<Limit, 'meter' | 'per'>): Period {
  return meter === 'concurrency' ? 'lifetime' : per
}
