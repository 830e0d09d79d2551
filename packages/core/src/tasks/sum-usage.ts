import type { Usage } from '../ir/usage.ts'

/** Usage of a task that reads and writes no words: only what went in is counted, in tokens or in search units. */
export function inputUsage(input: number | undefined, searchUnits?: number): Usage | undefined {
  if (input === undefined && searchUnits === undefined) return undefined
  const usage: Usage = { input, cacheRead: undefined, cacheWrite: undefined, output: undefined, reasoning: undefined }
  return searchUnits === undefined ? usage : { ...usage, searchUnits }
}

/** What all pieces used together; undefined what one of them did not tell, for a part is not the whole. */
export function sumUsage(all: readonly (Usage | undefined)[]): Usage | undefined {
  if (all.length === 0) return undefined
  return inputUsage(sumOf(all.map((usage) => usage?.input)), sumOf(all.map((usage) => usage?.searchUnits)))
}

function sumOf(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0)
}
