import type { Json } from '../../ir/json.ts'
import { asArray, asObject, parseObject } from '../../ir/read.ts'
import { badAnswer, type RelayedAnswer } from '../task.ts'
import { pack, unpack } from './pack.ts'
import { readUsage, readVector } from './read-openai-answer.ts'

/**
 * An answer of OpenAI's family on its way through. Its numbers are not read: an answer may hold millions, and nothing
 * but `usage` matters. Where the host ignored `encoding_format`, though, they are written anew as the client asked,
 * because its reader takes one for the other.
 */
export function relayAnswer(text: string, format: string | undefined): RelayedAnswer {
  const isPlain = !text.includes('"error"') && /"embedding"\s*:\s*(?:\[\s*[-\d]|")/.test(text)
  const isPacked = /"embedding"\s*:\s*"/.test(text)
  const isAsAsked = format === 'base64' ? isPacked : format !== 'float' || !isPacked
  const usage = isPlain && isAsAsked ? usageText(text) : undefined
  if (usage !== undefined) return { body: text, usage: readUsage({ usage }), finish: null, failure: undefined }
  const body = parseObject(text)
  const data = asArray(body?.['data'])
  if (!body || !data) return { body: text, usage: undefined, finish: null, failure: badAnswer("has no 'data'").failure }
  const written = isAsAsked ? text : JSON.stringify({ ...body, data: data.map((each) => rewrite(each, format)) })
  return { body: written, usage: readUsage(body), finish: null, failure: undefined }
}

/** The `usage` of an answer, without the numbers before it. */
function usageText(text: string): Json | undefined {
  const at = text.lastIndexOf('"usage"')
  const match =
    at < 0 ? undefined : /^"usage"\s*:\s*(\{(?:[^{}"]|"[^"\\]*"|\{[^{}]*\})*\})/.exec(text.slice(at, at + 2_000))
  return match?.[1] === undefined ? undefined : parseObject(match[1])
}

function rewrite(entry: Json, format: string | undefined): Json {
  const object = asObject(entry)
  const vector = object && readVector(object['embedding'])
  if (!object || !vector) return entry
  return { ...object, embedding: format === 'base64' ? pack(vector, 'float') : (unpack(vector, 'float') ?? []) }
}
