import type { Lose } from '../../ir/dialect.ts'
import type { GenerateRequest } from '../../ir/request.ts'

/** Reports the fields of a request for which this API has no place whatever. */
export function loseUnplaceable(request: GenerateRequest, lose: Lose): void {
  const { choices, seed, frequencyPenalty, presencePenalty, logprobs, audio, store, metadata } = request
  if (choices !== undefined && choices > 1) lose({ path: 'choices', why: 'the API gives one answer', value: choices })
  if (seed !== undefined) lose({ path: 'seed', why: 'the API takes no seed' })
  if (frequencyPenalty) lose({ path: 'frequencyPenalty', why: 'the API takes no penalties', value: frequencyPenalty })
  if (presencePenalty) lose({ path: 'presencePenalty', why: 'the API takes no penalties', value: presencePenalty })
  if (logprobs) lose({ path: 'logprobs', why: 'the API tells no probabilities' })
  if (audio || request.modalities?.includes('audio')) lose({ path: 'modalities', why: 'the API answers without sound' })
  if (request.modalities?.includes('image')) lose({ path: 'modalities', why: 'the API answers without images' })
  if (store === true) lose({ path: 'store', why: 'the API stores no answers' })
  if (metadata && Object.keys(metadata).length > 0) {
    lose({ path: 'metadata', why: 'the API takes no metadata but the end user' })
  }
  loseIdentity(request, lose)
}

function loseIdentity(request: GenerateRequest, lose: Lose): void {
  const { endUser, safetyIdentifier, promptCacheKey, promptCacheRetention } = request
  if (safetyIdentifier !== undefined && endUser !== undefined && safetyIdentifier !== endUser) {
    lose({ path: 'safetyIdentifier', why: 'the API takes one id of the end user' })
  }
  if (promptCacheKey !== undefined) lose({ path: 'promptCacheKey', why: 'the API routes by the prompt itself' })
  if (promptCacheRetention !== undefined) {
    lose({
      path: 'promptCacheRetention',
      why: 'how long to cache is said on each cache mark',
      value: promptCacheRetention,
    })
  }
}
