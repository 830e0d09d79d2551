import type { Lose } from '../../ir/dialect.ts'
import type { Json } from '../../ir/json.ts'
import type { GenerateRequest } from '../../ir/request.ts'

/** Reports the settings for which a Responses request has no field, where they ask for more than the default. */
export function loseSettings(request: GenerateRequest, lose: Lose): void {
  const missing: readonly (readonly [path: string, value: Json | undefined])[] = [
    ['seed', request.seed],
    ['topK', request.topK],
    ['stop', request.stop.length > 0 ? request.stop : undefined],
    ['frequencyPenalty', nonZero(request.frequencyPenalty)],
    ['presencePenalty', nonZero(request.presencePenalty)],
    ['choices', request.choices !== undefined && request.choices > 1 ? request.choices : undefined],
    ['audio', request.modalities?.includes('audio') ? 'audio' : undefined],
  ]
  for (const [path, value] of missing) {
    if (value !== undefined) lose({ path, why: 'the Responses API has no such setting', value })
  }
}

function nonZero(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value
}
