import type { Json, JsonObject } from '../../ir/json.ts'
import type { Part, ReasoningPart, Seal } from '../../ir/part.ts'
import { asObject, asString, parseObject } from '../../ir/read.ts'
import { isWrapped, unwrapSeal, wrapSeal } from '../../ir/seal.ts'
import { dialect, own } from './wire.ts'

/**
 * `reasoning_details`, OpenRouter's list beside the visible thinking (openrouter.ai/docs, reasoning tokens, seen
 * 2026-08): `reasoning.text` holds text and signature, `reasoning.summary` a summary, `reasoning.encrypted` data.
 * Clients send it back unread, so it is where seals travel.
 *
 * A seal of this dialect is the element itself without its visible text, as JSON. A seal of any other is wrapped into
 * an element of ours, whose `id` tells which part of the message it belongs to.
 */
export interface DetailPart {
  readonly form: ReasoningPart['form']
  readonly text: string
  /** The element without its text; what is to be written back. */
  readonly frame: JsonObject
  readonly isSealed: boolean
}

/** Reads an element of the host's own; undefined for one that says nothing. */
export function readDetail(detail: JsonObject): DetailPart | undefined {
  const { text, summary, ...frame } = detail
  const visible = asString(text) ?? asString(summary) ?? ''
  const isSealed = hasText(detail['signature']) || hasText(detail['data'])
  if (visible === '' && !isSealed) return undefined
  return { form: formOf(detail), text: visible, frame: withoutEmpty(frame), isSealed }
}

function formOf(detail: JsonObject): ReasoningPart['form'] {
  if (detail['type'] === 'reasoning.summary') return 'summary'
  return detail['type'] === 'reasoning.encrypted' ? 'redacted' : 'full'
}

function hasText(value: Json | undefined): boolean {
  return typeof value === 'string' && value !== ''
}

function withoutEmpty(frame: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(frame).filter(([, value]) => value !== null && value !== ''))
}

/** The seal of an element: all of it but the visible text, members in one order so that equal seals are equal text. */
export function sealOf(frame: JsonObject, provider?: string): Seal {
  const sorted = Object.fromEntries(Object.entries(frame).sort(([one], [other]) => (one < other ? -1 : 1)))
  const data = JSON.stringify(sorted)
  return { dialect, data, ...(provider !== undefined && { provider }) }
}

/** The element to write for a part of this dialect: from its seal, or from what was noted; undefined when it has none. */
export function detailOf(part: Pick<ReasoningPart, 'seal' | 'ext'>): JsonObject | undefined {
  if (part.seal?.dialect === dialect) return parseObject(part.seal.data)
  return asObject(own(part.ext)['$detail'])
}

/** The element with its visible text back in place. */
export function fillDetail(frame: JsonObject, text: string): JsonObject {
  if (frame['type'] === 'reasoning.encrypted') return frame
  return frame['type'] === 'reasoning.summary' ? { ...frame, summary: text } : { ...frame, text }
}

/** What a wrapped seal belongs to. */
export type SealedPlace =
  | { readonly on: 'reasoning'; readonly form: ReasoningPart['form']; readonly start: number; readonly length: number }
  | { readonly on: 'text' }
  | { readonly on: 'call' | 'image'; readonly index: number }

/** An element of ours that carries a foreign seal. `index` is its place in the list. */
export function wrapDetail(seal: Seal, place: SealedPlace, index: number): JsonObject {
  const wrapped = wrapSeal(seal)
  const head = { id: placeId(place), format: 'unknown', index }
  return place.on === 'reasoning' && place.form !== 'redacted'
    ? { type: 'reasoning.text', signature: wrapped, ...head }
    : { type: 'reasoning.encrypted', data: wrapped, ...head }
}

function placeId(place: SealedPlace): string {
  switch (place.on) {
    case 'reasoning':
      return `part-${place.form}-${place.start}-${place.length}`
    case 'text':
      return 'part-text'
    case 'call':
    case 'image':
      return `part-${place.on}-${place.index}`
    default:
      return place satisfies never
  }
}

/** A wrapped seal and where it belongs; undefined for an element that is not ours. */
export function unwrapDetail(detail: JsonObject): { readonly seal: Seal; readonly place: SealedPlace } | undefined {
  const text = asString(detail['signature']) ?? asString(detail['data'])
  if (text === undefined || !isWrapped(text)) return undefined
  const seal = unwrapSeal(text)
  const place = readPlace(asString(detail['id']) ?? '')
  return seal && place && { seal, place }
}

/** True for an element that holds a wrapped seal, readable or damaged: it is never sent to a host. */
export function isOurs(detail: JsonObject): boolean {
  return isWrapped(asString(detail['signature']) ?? asString(detail['data']) ?? '')
}

function readPlace(id: string): SealedPlace | undefined {
  if (id === 'part-text') return { on: 'text' }
  const [, form, start, length] = /^part-(full|summary|redacted)-(\d{1,9})-(\d{1,9})$/.exec(id) ?? []
  if (form === 'full' || form === 'summary' || form === 'redacted') {
    return { on: 'reasoning', form, start: Number(start), length: Number(length) }
  }
  const [, on, index] = /^part-(call|image)-(\d{1,6})$/.exec(id) ?? []
  return on === 'call' || on === 'image' ? { on, index: Number(index) } : undefined
}

/** Gives the seal to the part it belongs to; a seal whose part did not come back is of no use and is left. */
export function attachSeal(parts: readonly Part[], seal: Seal, place: SealedPlace): readonly Part[] {
  const at = findPart(parts, place)
  if (at >= 0) return parts.map((part, index) => (index === at ? { ...part, seal } : part))
  return place.on === 'text' ? [...parts, { kind: 'text', text: '', seal }] : parts
}

function findPart(parts: readonly Part[], place: SealedPlace): number {
  if (place.on === 'text') return parts.findLastIndex((part) => part.kind === 'text' && part.seal === undefined)
  if (place.on === 'reasoning') return -1
  let left = place.index
  const isMeant = (part: Part): boolean =>
    place.on === 'call' ? part.kind === 'tool-call' : part.kind === 'media' && part.mediaType.startsWith('image/')
  return parts.findIndex((part) => isMeant(part) && left-- === 0)
}
