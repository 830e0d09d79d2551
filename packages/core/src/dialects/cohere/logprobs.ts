import type { JsonObject } from '../../ir/json.ts'
import type { TokenLogprob } from '../../ir/part.ts'
import { asArray, asNumber, asObjects, asString } from '../../ir/read.ts'

/**
 * One piece of text with the probability of the tokens it is made of. A piece of several tokens tells their texts not
 * apart: it is one token here, and its probability that of all of them together.
 */
export function readLogprob(item: JsonObject): TokenLogprob {
  let logprob = 0
  for (const each of asArray(item['logprobs']) ?? []) logprob += asNumber(each) ?? 0
  return { token: asString(item['text']) ?? '', logprob }
}

/** Pieces of a whole answer, cut where the text of each content block ends: `lengths` in characters, in order. */
export function cutLogprobs(items: unknown, lengths: readonly number[]): readonly (readonly JsonObject[])[] {
  const cut: JsonObject[][] = lengths.map(() => [])
  let block = 0
  let said = 0
  for (const item of asObjects(items)) {
    while (block < lengths.length - 1 && said >= (lengths[block] ?? 0)) {
      said -= lengths[block] ?? 0
      block++
    }
    cut[block]?.push(item)
    said += (asString(item['text']) ?? '').length
  }
  return cut
}
