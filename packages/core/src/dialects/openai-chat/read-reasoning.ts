import type { JsonObject } from '../../ir/json.ts'
import type { ReasoningPart } from '../../ir/part.ts'
import { asObjects, asString } from '../../ir/read.ts'
import type { SealedPlace } from './reasoning-details.ts'
import { isOurs, readDetail, sealOf, unwrapDetail } from './reasoning-details.ts'
import type { Draft } from './wire.ts'
import { extend } from './wire.ts'

/** The two names hosts and clients give to visible thinking. */
export const reasoningFields = ['reasoning_content', 'reasoning'] as const

/** Thinking that came back in an assistant message, and the fields its text stood in; some clients fill both names. */
export interface ReplayedReasoning {
  readonly parts: readonly ReasoningPart[]
  readonly fields: readonly string[]
}

/**
 * Thinking comes back as one text, as a list of details, or as both. Details of the host's own hold their text
 * themselves. Details of ours hold a seal and the range of the text it signs: so the text is cut at those ranges.
 */
export function readReasoning(message: JsonObject): ReplayedReasoning {
  const fields = reasoningFields.filter((name) => typeof message[name] === 'string')
  const text = asString(message['reasoning_content']) || asString(message['reasoning']) || ''
  const details = asObjects(message['reasoning_details'])
  const native = readNative(details.filter((detail) => !isOurs(detail)))
  if (native.some((part) => part.text !== '')) return { parts: native, fields }
  const sealed = text === '' ? details.flatMap(readWhole) : cutAtSeals(text, details)
  return { parts: [...sealed, ...native], fields }
}

/** The list came back alone: whole answers hold the text in it too. */
function readWhole(detail: JsonObject): readonly ReasoningPart[] {
  const sealed = unwrapDetail(detail)
  const text = asString(detail['text']) ?? ''
  if (sealed?.place.on !== 'reasoning' || text.length !== sealed.place.length) return []
  return [{ kind: 'reasoning', form: sealed.place.form, text, seal: sealed.seal }]
}

/** Neighbours of the same element are its pieces, as a client that never joined the stream's deltas sends them. */
function readNative(details: readonly JsonObject[]): readonly ReasoningPart[] {
  const parts: ReasoningPart[] = []
  let frame: Draft = {}
  for (const detail of details) {
    const read = readDetail(detail)
    if (!read) continue
    const last = parts.at(-1)
    if (last && last.form !== 'redacted' && isContinued(frame, read.frame)) {
      parts.pop()
      frame = { ...frame, ...read.frame }
      parts.push(makePart({ ...read, text: last.text + read.text, frame, isSealed: read.isSealed }))
    } else {
      frame = read.frame
      parts.push(makePart(read))
    }
  }
  return parts
}

function isContinued(earlier: Draft, later: JsonObject): boolean {
  if (earlier['signature'] !== undefined || earlier['type'] !== later['type']) return false
  return earlier['index'] === later['index'] && (later['id'] === undefined || earlier['id'] === later['id'])
}

function makePart({ form, text, frame, isSealed }: NonNullable<ReturnType<typeof readDetail>>): ReasoningPart {
  const carried = isSealed ? { seal: sealOf(frame) } : extend({ $detail: frame })
  return { kind: 'reasoning', form, text, ...carried }
}

type Range = Extract<SealedPlace, { on: 'reasoning' }>

function cutAtSeals(text: string, details: readonly JsonObject[]): readonly ReasoningPart[] {
  const parts: ReasoningPart[] = []
  let from = 0
  const addPlain = (until: number): void => {
    if (until > from) parts.push({ kind: 'reasoning', form: 'full', text: text.slice(from, until) })
  }
  for (const detail of details) {
    const sealed = unwrapDetail(detail)
    if (sealed?.place.on !== 'reasoning' || !fits(sealed.place, from, text)) continue
    const { form, start, length } = sealed.place
    addPlain(start)
    parts.push({ kind: 'reasoning', form, text: text.slice(start, start + length), seal: sealed.seal })
    from = start + length
  }
  addPlain(text.length)
  return parts
}

/** A seal is of no use when the text it signs did not come back whole. */
function fits({ start, length }: Range, from: number, text: string): boolean {
  return start >= from && start + length <= text.length
}
