import type { Lose } from './dialect.ts'
import type { GenerateRequest } from './request.ts'

/** Fields of a request that a dialect may have no place for, each with how a request asks for it. */
export type LosableField =
  | 'choices'
  | 'parallelToolCalls'
  | 'verbosity'
  | 'sound'
  | 'pictures'
  | 'store'
  | 'metadata'
  | 'endUser'
  | 'safetyIdentifier'
  | 'promptCacheKey'
  | 'promptCacheRetention'
  | 'serviceTier'
  | 'cache'

/** Reports those of the named fields that a request asks for; each once, with the dialect's reason. */
export function loseFields(
  request: GenerateRequest,
  reasons: Readonly<Partial<Record<LosableField, string>>>,
  lose: Lose,
): void {
  for (const [field, path, isAsked] of losable) {
    const why = reasons[field]
    if (why !== undefined && isAsked(request)) lose({ path, why })
  }
}

type Losable = readonly [field: LosableField, path: string, isAsked: (request: GenerateRequest) => boolean]

const losable: readonly Losable[] = [
  ['choices', 'choices', ({ choices }) => choices !== undefined && choices > 1],
  [
    'parallelToolCalls',
    'parallelToolCalls',
    (request) => request.tools.length > 0 && request.parallelToolCalls === false,
  ],
  ['verbosity', 'verbosity', ({ verbosity }) => verbosity !== undefined && verbosity !== 'medium'],
  ['sound', 'modalities', ({ audio, modalities }) => audio !== undefined || modalities?.includes('audio') === true],
  ['pictures', 'modalities', ({ modalities }) => modalities?.includes('image') === true],
  ['store', 'store', ({ store }) => store === true],
  ['metadata', 'metadata', ({ metadata }) => metadata !== undefined && Object.keys(metadata).length > 0],
  ['endUser', 'endUser', ({ endUser }) => endUser !== undefined],
  ['safetyIdentifier', 'safetyIdentifier', ({ safetyIdentifier }) => safetyIdentifier !== undefined],
  ['promptCacheKey', 'promptCacheKey', ({ promptCacheKey }) => promptCacheKey !== undefined],
  ['promptCacheRetention', 'promptCacheRetention', ({ promptCacheRetention }) => promptCacheRetention !== undefined],
  ['serviceTier', 'serviceTier', ({ serviceTier }) => serviceTier !== undefined && !plainTiers.has(serviceTier)],
  ['cache', 'cache', hasMarks],
]

/** Service tiers at the ordinary price, which is what an API without tiers gives anyway. */
const plainTiers: ReadonlySet<string> = new Set(['auto', 'default', 'standard', 'standard_only'])

/** Whether a message or a tool marks where the prompt is to be cached. */
function hasMarks({ messages, tools }: GenerateRequest): boolean {
  const holders = [...messages.flatMap(({ parts }) => parts), ...tools]
  return holders.some((each) => 'cache' in each && each.cache !== undefined)
}
