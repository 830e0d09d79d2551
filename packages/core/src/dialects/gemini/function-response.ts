import type { Json, JsonObject } from '../../ir/json.ts'
import { parseObject } from '../../ir/read.ts'

/**
 * `functionResponse.response` must be an object; a tool's output is text. An output that is the text of an object is
 * that object, any other is `{ output: text }` and an error `{ error: text }`: the two keys the API knows.
 * https://ai.google.dev/api/caching#FunctionResponse (seen 2026-11-20)
 */
export function writeOutput(text: string, isError: boolean): JsonObject {
  const object = parseExactly(text)
  if (isError) return object && isTold(object['error']) ? object : { error: text }
  return object ?? { output: text }
}

/** The text of a tool's output; `undefined` for a response that holds nothing. */
export function readOutput(response: JsonObject): { readonly text: string | undefined; readonly isError: boolean } {
  const keys = Object.keys(response)
  const isError = isTold(response['error'])
  if (keys.length === 0) return { text: undefined, isError }
  const only = keys.length === 1 ? response[isError ? 'error' : 'output'] : undefined
  const isPlain = typeof only === 'string' && JSON.stringify(writeOutput(only, isError)) === JSON.stringify(response)
  return { text: isPlain ? only : JSON.stringify(response), isError }
}

function isTold(error: Json | undefined): boolean {
  return error !== undefined && error !== null && error !== false && error !== ''
}

/** The object, unless reading it as one would change a number: 16 digits and more do not fit. */
function parseExactly(text: string): JsonObject | undefined {
  if (!text.trimStart().startsWith('{') || /\d{16}/.test(text)) return undefined
  return parseObject(text)
}
