import type { Lose } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { Part } from '../../ir/part.ts'
import { Collector } from '../../ir/response.ts'
import { standardBase64 } from './base64.ts'
import { isRawSound } from './media-type.ts'
import { dialect } from './own-fields.ts'
import type { SealedThought } from './signature.ts'
import { malformedCall, writeAnswerPart } from './write-answer.ts'

type PartStart = Extract<StreamEvent, { type: 'part-start' }>
type PartEnd = Extract<StreamEvent, { type: 'part-end' }>

/** The events that add to an open part. */
export type PartDelta = Exclude<
  StreamEvent,
  { type: 'start' | 'part-start' | 'part-end' | 'usage' | 'finish' | 'opaque' | 'error' | 'end' }
>

/**
 * One part of a streamed answer. Text is written at once; a call, an image or another block when it is complete. Sound
 * in raw samples is written in pieces of whole base64 groups, which players put one after the other.
 */
export class AnswerPart {
  /** The part as it is when complete; set by `end`. */
  whole: Part | undefined
  /** What must be said at the end of the answer about a call nobody could run. */
  malformed: string | undefined
  readonly #collector = new Collector()
  readonly #start: PartStart
  readonly #lose: Lose
  readonly #kind: 'text' | 'sound' | 'whole'
  /** What follows the text, for kinds that are written at once. */
  readonly #close: string
  #hasWritten = false
  #samples = ''

  constructor(start: PartStart, lose: Lose) {
    this.#start = start
    this.#lose = lose
    this.#kind = mustWait(start) ? 'whole' : kindOf(start)
    this.#close = start.head.kind === 'reasoning' ? ',"thought":true}' : '}'
    this.#collector.add(start)
  }

  /** The wire part to send now, as JSON text, or `''`. */
  add(delta: PartDelta): string {
    this.#collector.add(delta)
    if (this.#kind === 'text') {
      return delta.type === 'text-delta' || delta.type === 'reasoning-delta' ? this.#writeText(delta.text) : ''
    }
    return this.#kind === 'sound' && delta.type === 'media-delta' ? this.#writeSamples(delta.base64 ?? '') : ''
  }

  /** What is left to send when the part is complete, or `''`. A call carries the thoughts that came before it. */
  end(event: PartEnd, thoughts: readonly SealedThought[]): string {
    this.#collector.add(event)
    const part = this.#collector.response().choices[event.choice]?.parts[0]
    if (!part) return ''
    this.whole = part
    this.malformed = malformedCall(part)
    if (this.#kind === 'sound' && this.#hasWritten) return this.#endSamples(part)
    const left = this.#hasWritten ? sealOf(part) : part
    const path = `choices[${event.choice}].parts[${event.part}]`
    const wire = left && writeAnswerPart(left, { path, lose: this.#lose, thoughts })
    return wire ? JSON.stringify(wire) : ''
  }

  #writeText(text: string): string {
    if (text === '') return ''
    this.#hasWritten = true
    return `{"text":${JSON.stringify(text)}${this.#close}`
  }

  #writeSamples(base64: string): string {
    const all = this.#samples + base64
    const whole = all.length - (all.length % 4)
    this.#samples = all.slice(whole)
    return whole === 0 ? '' : this.#writeSound(all.slice(0, whole))
  }

  #endSamples(part: Part): string {
    const spoken = part.kind === 'media' && part.transcript !== undefined ? part.transcript : ''
    if (spoken !== '') return JSON.stringify({ audioTranscription: { text: spoken } })
    return this.#samples === '' ? '' : this.#writeSound(standardBase64(this.#samples))
  }

  #writeSound(data: string): string {
    this.#hasWritten = true
    const { head } = this.#start
    const mimeType = head.kind === 'media' ? head.mediaType : ''
    return `{"inlineData":{"mimeType":${JSON.stringify(mimeType)},"data":"${data}"}}`
  }
}

function kindOf({ head }: PartStart): 'text' | 'sound' | 'whole' {
  if (head.kind === 'text' || head.kind === 'refusal' || head.kind === 'reasoning') return 'text'
  return head.kind === 'media' && isRawSound(head.mediaType) ? 'sound' : 'whole'
}

/** A part signed by this dialect in its head, or with fields of its own, goes out as it came: in one piece. */
function mustWait({ head, ext }: PartStart): boolean {
  return ext?.[dialect] !== undefined || ('seal' in head && head.seal?.dialect === dialect)
}

/** The seal of a part whose text is out already: a text of no length that carries it. */
function sealOf(part: Part): Part | undefined {
  if (!part.seal || !('text' in part)) return undefined
  const { ext: _, ...bare } = part
  return { ...bare, text: '' }
}
