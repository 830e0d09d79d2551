import type { SQLQueryBindings } from 'bun:sqlite'

/** Typed reading of what databases answer. The schema is ours: a value of another type is a damaged database, and throws. */

/** Rows as Kysely's types say the query answers them. */
export function readRows<R>(rows: readonly unknown[]): R[] {
  return [...rows] as R[]
}

/** Parameters as Kysely compiled them; all of them come from the tables' types. */
export function readBindings(parameters: readonly unknown[]): SQLQueryBindings[] {
  return [...parameters] as SQLQueryBindings[]
}

/** A whole number below 2^53. */
export function readNumber(value: bigint | number): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new Error(`the ledger holds ${value} where a number below 2^53 belongs`)
  return number
}

/** A JSON array of strings. */
export function readTexts(text: string): readonly string[] {
  const value: unknown = JSON.parse(text)
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string'))
    throw new Error('the ledger holds no list of texts where one belongs')
  return value
}
