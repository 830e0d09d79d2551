import type { Json, JsonObject } from '../../ir/json.ts'
import type { TokenLogprob } from '../../ir/part.ts'
import { asArray, asNumber, asObjects, asString } from '../../ir/read.ts'

/** The tokens of `logprobs.content` or `logprobs.refusal`. Numbers of tokens (llama.cpp's `id`) mean nothing elsewhere. */
export function decodeLogprobs(list: Json | undefined): readonly TokenLogprob[] {
  return asObjects(list).map((each) => {
    const top = asObjects(each['top_logprobs']).map(decodeToken)
    return { ...decodeToken(each), ...(top.length > 0 && { top }) }
  })
}

function decodeToken(wire: JsonObject): Omit<TokenLogprob, 'top'> {
  const bytes = decodeBytes(wire['bytes'])
  return {
    token: asString(wire['token']) ?? '',
    logprob: asNumber(wire['logprob']) ?? 0,
    ...(bytes && { bytes }),
  }
}

/** A list of numbers, or (some hosts behind Hugging Face, seen 2026-05) base64. */
function decodeBytes(bytes: Json | undefined): readonly number[] | undefined {
  if (typeof bytes !== 'string') return asArray(bytes)?.filter((each) => typeof each === 'number')
  try {
    return Array.from(atob(bytes), (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** The same tokens for the wire; `top_logprobs` is always there, as clients expect. */
export function encodeLogprobs(tokens: readonly TokenLogprob[]): readonly JsonObject[] {
  return tokens.map((each) => ({ ...encodeToken(each), top_logprobs: (each.top ?? []).map(encodeToken) }))
}

function encodeToken({ token, logprob, bytes }: Omit<TokenLogprob, 'top'>): JsonObject {
  return { token, logprob, bytes: bytes ?? null }
}
