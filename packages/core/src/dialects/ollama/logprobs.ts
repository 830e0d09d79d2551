import type { Json, JsonObject } from '../../ir/json.ts'
import type { TokenLogprob } from '../../ir/part.ts'
import { asArray, asNumber, asObjects, asString } from '../../ir/read.ts'

/** The probabilities of some tokens. */
export function readLogprobs(wire: Json | undefined): readonly TokenLogprob[] {
  return asObjects(wire).map((token) => {
    const top = asObjects(token['top_logprobs']).map(readToken)
    return { ...readToken(token), ...(top.length > 0 && { top }) }
  })
}

function readToken(wire: JsonObject): Omit<TokenLogprob, 'top'> {
  const bytes = asArray(wire['bytes'])?.map((each) => asNumber(each) ?? 0)
  return {
    token: asString(wire['token']) ?? '',
    logprob: asNumber(wire['logprob']) ?? 0,
    ...(bytes && { bytes }),
  }
}
