import type { Usage } from '../ir/usage.ts'

/** Usage of a task that reads and writes no words: only what went in is counted. */
export function inputUsage(input: number | undefined): Usage | undefined {
  if (input === undefined) return undefined
  return { input, cacheRead: undefined, cacheWrite: undefined, output: undefined, reasoning: undefined }
}

/** Input tokens of all pieces together; undefined when one of them did not tell, for a part is not the whole. */
export function sumUsage(all: readonly (Usage | undefined)[]): Usage | undefined {
  let sum = 0
  for (const usage of all) {
    if (usage?.input === undefined) return undefined
    sum += usage.input
  }
  return all.length === 0 ? undefined : inputUsage(sum)
}
