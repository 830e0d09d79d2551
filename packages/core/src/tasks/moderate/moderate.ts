import type { Json, JsonObject } from '../../ir/json.ts'
import type { Usage } from '../../ir/usage.ts'
import { sumUsage } from '../sum-usage.ts'

/** One thing to judge: text, or an image by address or `data:` URL. */
export type ModeratePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly url: string }

/** A client's wish for a verdict on each of its inputs. An input of several parts is judged as one. */
export interface ModerateRequest {
  readonly inputs: readonly (readonly ModeratePart[])[]
}

/** The verdict on one input, in the provider's own names of categories. */
export interface Verdict {
  readonly isFlagged: boolean
  readonly categories: Readonly<Record<string, boolean>>
  /** From 0 to 1. */
  readonly scores: Readonly<Record<string, number>>
  /** What else the provider said of it, as it said it. */
  readonly rest: JsonObject
}

/** Verdicts in the order of the inputs. */
export interface ModerateResponse {
  readonly id?: string
  readonly model?: string
  readonly verdicts: readonly Verdict[]
  readonly usage: Usage | undefined
}

/** The question in pieces of at most `maxBatch` inputs. */
export function splitModerate(request: ModerateRequest, maxBatch: number | undefined): readonly ModerateRequest[] {
  const { inputs } = request
  if (maxBatch === undefined || inputs.length <= maxBatch) return [request]
  const pieces: ModerateRequest[] = []
  for (let from = 0; from < inputs.length; from += maxBatch)
    pieces.push({ inputs: inputs.slice(from, from + maxBatch) })
  return pieces
}

/** The verdicts of all pieces, in order. */
export function joinModerate(responses: readonly ModerateResponse[]): ModerateResponse {
  const [first] = responses
  if (first && responses.length === 1) return first
  const verdicts = responses.flatMap((each) => each.verdicts)
  return { ...first, verdicts, usage: sumUsage(responses.map(({ usage }) => usage)) }
}

/** The members of an object that are true or false. */
export function readFlags(value: JsonObject): Readonly<Record<string, boolean>> {
  return pick(value, (each): each is boolean => typeof each === 'boolean')
}

/** The members of an object that are numbers. */
export function readScores(value: JsonObject): Readonly<Record<string, number>> {
  return pick(value, (each): each is number => typeof each === 'number')
}

function pick<T extends Json>(value: JsonObject, isWanted: (each: Json) => each is T): Readonly<Record<string, T>> {
  const picked: [string, T][] = []
  for (const [key, each] of Object.entries(value)) if (each !== undefined && isWanted(each)) picked.push([key, each])
  return Object.fromEntries(picked)
}
