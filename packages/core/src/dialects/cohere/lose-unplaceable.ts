import type { Lose } from '../../ir/dialect.ts'
import type { GenerateRequest } from '../../ir/request.ts'

/** Reports the fields of a request for which the API has no place whatever. */
export function loseUnplaceable(request: GenerateRequest, lose: Lose): void {
  const { choices, verbosity, modalities, audio, store, metadata } = request
  if (choices !== undefined && choices > 1) lose({ path: 'choices', why: 'the API gives one answer', value: choices })
  if (verbosity !== undefined && verbosity !== 'medium') {
    lose({ path: 'verbosity', why: 'how wordy to be is said in the prompt alone', value: verbosity })
  }
  if (audio || modalities?.includes('audio')) lose({ path: 'modalities', why: 'the API answers without sound' })
  if (modalities?.includes('image')) lose({ path: 'modalities', why: 'the API answers without images' })
  if (store === true) lose({ path: 'store', why: 'the API stores no answers' })
  if (metadata && Object.keys(metadata).length > 0) lose({ path: 'metadata', why: 'the API takes no metadata' })
  loseIdentity(request, lose)
  loseMarks(request, lose)
}

function loseIdentity(request: GenerateRequest, lose: Lose): void {
  const { endUser, safetyIdentifier, promptCacheKey, promptCacheRetention, serviceTier } = request
  if (endUser !== undefined) lose({ path: 'endUser', why: 'the API is not told of end users' })
  if (safetyIdentifier !== undefined) lose({ path: 'safetyIdentifier', why: 'the API is not told of end users' })
  if (promptCacheKey !== undefined) lose({ path: 'promptCacheKey', why: 'the API caches on its own' })
  if (promptCacheRetention !== undefined) lose({ path: 'promptCacheRetention', why: 'the API caches on its own' })
  const isPlain = serviceTier === undefined || ['auto', 'default', 'standard', 'standard_only'].includes(serviceTier)
  if (!isPlain) lose({ path: 'serviceTier', why: 'the API has no tiers', value: serviceTier })
}

/** Told once, not once for each mark. */
function loseMarks({ messages, tools }: GenerateRequest, lose: Lose): void {
  const holders = [...messages.flatMap(({ parts }) => parts), ...tools]
  const marks = holders.filter((each) => 'cache' in each && each.cache !== undefined).length
  if (marks > 0) lose({ path: 'cache', why: 'the API caches on its own and takes no marks', value: marks })
}
