import type { Json, JsonObject } from '../../ir/json.ts'
import type { TokenLogprob } from '../../ir/part.ts'
import { asArray, asNumber, asObjects, asString } from '../../ir/read.ts'

/** The entries of a `logprobs` list; what is no such entry is left out. */
export function decodeLogprobs(list: Json | undefined): readonly TokenLogprob[] {
  return asObjects(list).map((entry) => {
    const top = asObjects(entry['top_logprobs']).map(decodeToken)
    return top.length > 0 ? { ...decodeToken(entry), top } : decodeToken(entry)
  })
}

export function encodeLogprobs(tokens: readonly TokenLogprob[]): readonly JsonObject[] {
  return tokens.map((token) => ({ ...encodeToken(token), top_logprobs: (token.top ?? []).map(encodeToken) }))
}

/** OpenAI writes `-0.0`; adding 0 makes it the 0 that JSON can write. */
function decodeToken(entry: JsonObject): Omit<TokenLogprob, 'top'> {
  const bytes = asArray(entry['bytes'])?.filter((each) => typeof each === 'number')
  return {
    token: asString(entry['token']) ?? '',
    logprob: (asNumber(entry['logprob']) ?? 0) + 0,
    ...(bytes && { bytes }),
  }
}

function encodeToken({ token, logprob, bytes }: Omit<TokenLogprob, 'top'>): JsonObject {
  return { token, logprob, ...(bytes && { bytes }) }
}
