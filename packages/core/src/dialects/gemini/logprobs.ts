import type { JsonObject } from '../../ir/json.ts'
import type { TokenLogprob } from '../../ir/part.ts'
import { asNumber, asObjects, asString } from '../../ir/read.ts'

/** `logprobsResult`: two lists side by side, the tokens written and what else stood at each step. */
export function readLogprobs(result: JsonObject): readonly TokenLogprob[] {
  const tops = asObjects(result['topCandidates'])
  return asObjects(result['chosenCandidates']).map((chosen, step) => {
    const top = asObjects(tops[step]?.['candidates']).map(readToken)
    return { ...readToken(chosen), ...(top.length > 0 && { top }) }
  })
}

function readToken(token: JsonObject): Omit<TokenLogprob, 'top'> {
  return { token: asString(token['token']) ?? '', logprob: asNumber(token['logProbability']) ?? 0 }
}

export function writeLogprobs(tokens: readonly TokenLogprob[]): JsonObject {
  const hasTop = tokens.some(({ top }) => top !== undefined)
  return {
    chosenCandidates: tokens.map(writeToken),
    ...(hasTop && { topCandidates: tokens.map(({ top }) => ({ candidates: (top ?? []).map(writeToken) })) }),
  }
}

function writeToken({ token, logprob }: Omit<TokenLogprob, 'top'>): JsonObject {
  return { token, logProbability: logprob }
}
