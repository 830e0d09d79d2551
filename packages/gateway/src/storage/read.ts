/**
 * Typed reading of database rows. The schema is ours and STRICT, so a wrong type is a damaged database: these throw,
 * and the process refuses to start rather than run on half its keys.
 */

/** One row of a result. */
export type Row = Readonly<Record<string, unknown>>

export function readRow(value: unknown): Row {
  if (typeof value !== 'object' || value === null) throw new Error('the database answered no row')
  return value as Row
}

export function readText(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new Error(`column ${column} holds no text`)
  return value
}

export function readInteger(row: Row, column: string): number {
  const value = row[column]
  if (!Number.isSafeInteger(value)) throw new Error(`column ${column} holds no whole number`)
  return Number(value)
}

/** A column that holds a JSON array of strings. */
export function readTexts(row: Row, column: string): readonly string[] {
  const value: unknown = JSON.parse(readText(row, column))
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string'))
    throw new Error(`column ${column} holds no list of texts`)
  return value
}
