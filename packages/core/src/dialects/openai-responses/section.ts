import type { PartHead } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asString } from '../../ir/read.ts'

/** Kinds of text an item is made of. */
export type SectionKind = 'text' | 'refusal' | 'summary' | 'thinking'

/** A part of this item that is or was open. */
export interface Section {
  readonly kind: SectionKind | 'call' | 'other'
  readonly index: number
  readonly part: number
  /** What was sent so far; what the end of the item says beyond it is sent then. */
  sent: string
  citations: number
  logprobs: number
  /** Fields of the content part without words in the language. */
  fields: JsonObject | undefined
}

/**
 * The index of what stands at this place in the finished item: sections match in their order, because some hosts count
 * content on from the item before (Bedrock's gpt-oss, seen 2026-11-21).
 */
export function placeOf(told: readonly Section[], place: number): number {
  const section = told[place]
  if (section) return section.index
  const last = told.reduce((most, each) => Math.max(most, each.index), -1)
  return last + 1 + place - told.length
}

/** What `whole` has after `sent`; nothing when a provider's end does not agree with its pieces. */
export function beyond(sent: string, whole: string): string {
  return whole.length > sent.length && whole.startsWith(sent) ? whole.slice(sent.length) : ''
}

/** The part a section becomes. */
export function headFor(kind: SectionKind): PartHead {
  if (kind === 'text' || kind === 'refusal') return { kind }
  return { kind: 'reasoning', form: kind === 'summary' ? 'summary' : 'full' }
}

/** The kind of a content part; undefined for one without a word in the language. */
export function kindOf(part: JsonObject): SectionKind | undefined {
  switch (part['type']) {
    case 'output_text':
    case 'text':
      return 'text'
    case 'refusal':
      return 'refusal'
    case 'reasoning_text':
      return 'thinking'
    default:
      return undefined
  }
}

/** The text of a content part, whatever its kind. */
export function textOf(part: JsonObject): string {
  return asString(part['text']) ?? asString(part['refusal']) ?? ''
}
