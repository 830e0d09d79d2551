import type { LosableField } from '../../ir/lose-fields.ts'

/** Fields of a request for which the API has no place whatever, and why. */
export const unplaceable: Readonly<Partial<Record<LosableField, string>>> = {
  choices: 'the API gives one answer',
  parallelToolCalls: 'the API cannot forbid several calls at once',
  verbosity: 'how wordy to be is said in the prompt alone',
  sound: 'the API answers without sound',
  pictures: 'the API answers without images',
  store: 'the API stores no answers',
  metadata: 'the API takes no metadata',
  endUser: 'the API is not told of end users',
  safetyIdentifier: 'the API is not told of end users',
  promptCacheKey: 'the API caches on its own',
  promptCacheRetention: 'the API caches on its own',
  serviceTier: 'the API has no tiers',
  cache: 'the API caches on its own and takes no marks',
}
