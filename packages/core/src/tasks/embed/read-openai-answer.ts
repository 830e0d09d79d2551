import type { Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asNumber, asObject, asString } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import { inputUsage } from '../sum-usage.ts'
import { badAnswer } from '../task.ts'
import { unpack } from './pack.ts'
import type { EmbedRequest } from './request.ts'
import type { EmbedResponse, Vector } from './response.ts'

/** Hosts that answer out of order say so with `index`. */
export function decodeResponse(
  body: Json,
  { types, inputs }: EmbedRequest,
  { packsAs }: { readonly packsAs?: 'int8' },
): Result<EmbedResponse> {
  const object = asObject(body)
  const data = object && asArray(object['data'])
  if (!object || !data) return badAnswer("has no 'data'")
  const vectors: { readonly index: number; readonly vector: Vector }[] = []
  for (const [place, each] of data.entries()) {
    const entry = asObject(each)
    const vector = readVector(entry?.['embedding'], packsAs)
    if (!vector) return badAnswer(`has no vector in data[${place}]`)
    vectors.push({ index: asNumber(entry?.['index']) ?? place, vector })
  }
  vectors.sort((a, b) => a.index - b.index)
  if (vectors.length !== inputs.length) return badAnswer(`has ${vectors.length} vectors for ${inputs.length} inputs`)
  const id = asString(object['id'])
  const model = asString(object['model'])
  return {
    ok: true,
    value: {
      vectors: { [types[0] ?? 'float']: vectors.map((each) => each.vector) },
      usage: readUsage(object),
      ...(id !== undefined && { id }),
      ...(model !== undefined && { model }),
    },
  }
}

/** Numbers, or numbers in base64. */
export function readVector(value: Json | undefined, packsAs?: 'int8'): Vector | undefined {
  if (typeof value === 'string') return packsAs ? unpack(value, packsAs) : value
  const list = asArray(value)
  return list && isNumbers(list) ? list : undefined
}

/** Whether this is a vector; only its ends are looked at, for it may hold thousands. */
export function isNumbers(list: readonly Json[]): list is readonly number[] {
  return list.length > 0 && typeof list[0] === 'number' && typeof list.at(-1) === 'number'
}

/** Tokens read. Voyage tells only a total, and there is nothing else in it. */
export function readUsage(object: JsonObject): Usage | undefined {
  const usage = asObject(object['usage'])
  return inputUsage(asNumber(usage?.['prompt_tokens']) ?? asNumber(usage?.['total_tokens']))
}
