import type { Lose } from '../../ir/dialect.ts'
import type { GenerateRequest } from '../../ir/request.ts'

/** Reports the fields of a request for which this API has no place whatever. */
export function loseUnplaceable(request: GenerateRequest, lose: Lose): void {
  const { choices, seed, frequencyPenalty, presencePenalty, logprobs, audio, store } = request
  if (choices !== undefined && choices > 1) lose({ path: 'choices', why: 'the API gives one answer', value: choices })
  if (seed !== undefined) lose({ path: 'seed', why: 'the API takes no seed' })
  if (frequencyPenalty) lose({ path: 'frequencyPenalty', why: 'the API takes no penalties', value: frequencyPenalty })
  if (presencePenalty) lose({ path: 'presencePenalty', why: 'the API takes no penalties', value: presencePenalty })
  if (logprobs) lose({ path: 'logprobs', why: 'the API tells no probabilities' })
  if (audio || request.modalities?.includes('audio')) lose({ path: 'modalities', why: 'the API answers without sound' })
  if (request.modalities?.includes('image')) lose({ path: 'modalities', why: 'images cannot be asked for here' })
  if (store === true) lose({ path: 'store', why: 'the API stores no answers' })
  if (request.promptCacheKey !== undefined) lose({ path: 'promptCacheKey', why: 'the API routes by the prompt itself' })
  if (request.promptCacheRetention !== undefined) {
    const why = 'how long to cache is said at each cache point'
    lose({ path: 'promptCacheRetention', why, value: request.promptCacheRetention })
  }
}
