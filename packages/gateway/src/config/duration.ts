import type { ConfigNode } from './config-node.ts'
import { describe, type Located, toNumber } from './fields.ts'
import type { Problems } from './problem.ts'

/** A span of time a setting may have, both ends included. */
export interface DurationRange {
  readonly leastMs: number
  readonly mostMs: number
}

const unitMs: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
])

const durationHint = 'Write 500ms, 10s, 5m, 1h, or a number of seconds.'

/** Milliseconds from `10s`, `5m`, `500ms`, `1h` or a number of seconds; undefined after reporting anything else. */
export function readDuration(
  { value: node, ...place }: Located<ConfigNode>,
  { leastMs, mostMs }: DurationRange,
  problems: Problems,
): number | undefined {
  if (node.kind === 'broken') return undefined
  const ms = node.kind === 'scalar' ? toMs(node.value, node.isExpanded) : undefined
  if (ms === undefined) {
    const what = node.kind === 'scalar' && typeof node.value === 'string' ? 'other text' : describe(node)
    return problems.add(place, `this must be a time, but it is ${what}.`, durationHint)
  }
  if (ms >= leastMs && ms <= mostMs) return ms
  return problems.add(place, `this must be from ${showMs(leastMs)} to ${showMs(mostMs)}, but it is ${showMs(ms)}.`)
}

function toMs(value: string | number | boolean | null, isExpanded: boolean): number | undefined {
  const seconds = toNumber(value, isExpanded)
  if (seconds !== undefined) return Math.round(seconds * 1000)
  const match = typeof value === 'string' ? /^(\d{1,12}(?:\.\d{1,6})?) ?(ms|s|m|h)$/.exec(value) : null
  const factor = unitMs.get(match?.[2] ?? '')
  return match && factor !== undefined ? Math.round(Number(match[1]) * factor) : undefined
}

/** `90s`, `500ms`: the largest unit that needs no fraction. */
export function showMs(ms: number): string {
  for (const [unit, factor] of [...unitMs].reverse()) if (ms !== 0 && ms % factor === 0) return `${ms / factor}${unit}`
  return `${ms}ms`
}
