import type { JsonObject } from '@sluice/core/ir/json.ts'

/** What a real API would refuse a request for, in its own words. */
export interface Violation {
  readonly message: string
  readonly param?: string
  readonly code?: string
  /** 400 unless told. */
  readonly status?: number
}

/** The first check that finds something. */
export function firstOf(...checks: readonly (() => Violation | undefined)[]): Violation | undefined {
  for (const check of checks) {
    const found = check()
    if (found) return found
  }
  return undefined
}

/** The first key that is not one of the known ones. */
export function unknownKey(object: JsonObject, known: ReadonlySet<string>): string | undefined {
  return Object.keys(object).find((key) => !known.has(key))
}

/** Runs the check on each element and stops at the first fault. */
export function checkEach(
  list: readonly JsonObject[],
  check: (element: JsonObject, index: number) => Violation | undefined,
): Violation | undefined {
  for (const [index, element] of list.entries()) {
    const found = check(element, index)
    if (found) return found
  }
  return undefined
}
