import type { Violation } from './violation.ts'

/** A field that must be there. */
export function missing(param: string): Violation {
  return { message: `Missing required parameter: '${param}'.`, param, code: 'missing_required_parameter' }
}

/** A list that may be absent but not empty. */
export function emptyArray(param: string): Violation {
  const message = `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`
  return { message, param, code: 'empty_array' }
}

/** A list with more elements than are taken. */
export function tooLong(param: string, most: number, length: number): Violation {
  const message = `Invalid '${param}': array too long. Expected an array with maximum length ${most}, but got an array with length ${length} instead.`
  return { message, param, code: 'array_above_max_length' }
}

/** A text of more characters than are taken. */
export function stringTooLong(param: string, most: number, length: number): Violation {
  const message = `Invalid '${param}': string too long. Expected a string with maximum length ${most}, but got a string with length ${length} instead.`
  return { message, param, code: 'string_above_max_length' }
}
