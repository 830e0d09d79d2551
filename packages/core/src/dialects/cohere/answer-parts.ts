import type { Emit, PartHead } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Extensions } from '../../ir/part.ts'
import { asNumber, asObject, asString, rest } from '../../ir/read.ts'
import { readCitations } from './citation.ts'
import { readLogprob } from './logprobs.ts'
import { dialect, extend } from './own-fields.ts'

/** A content block, the plan before the tool calls, or a call; the number is the wire's own. */
type Slot = `content:${number}` | `call:${number}` | 'plan'

interface OpenPart {
  readonly part: number
  readonly kind: PartHead['kind']
}

/**
 * The parts of one answer in the order they open, whether it comes streamed or whole. The plan a model writes before it
 * calls tools is text the caller sees; other models say the same as plain text. A content block stays open until the
 * next part begins: a citation of it may come after its end.
 */
export class AnswerParts {
  readonly #newId: (prefix: string) => string
  readonly #emit: Emit
  readonly #open = new Map<Slot, OpenPart>()
  #next = 0
  /** Whether the model called a tool: the older API ends such an answer like any other. */
  hasCall = false

  constructor(newId: (prefix: string) => string, emit: Emit) {
    this.#newId = newId
    this.#emit = emit
  }

  /** A content block begins, with what it already holds. */
  openContent(index: number, block: JsonObject): void {
    const slot: Slot = `content:${index}`
    this.#closeSpoken()
    const { head, more } = readBlockHead(block)
    this.#start(slot, head, more)
    this.addContent(index, block)
  }

  /** More of a content block; one that never began begins here. */
  addContent(index: number, delta: JsonObject): void {
    const slot: Slot = `content:${index}`
    const thinking = asString(delta['thinking'])
    const text = asString(delta['text'])
    if (thinking !== undefined && thinking !== '') {
      const { part } = this.#spoken(slot, { kind: 'reasoning', form: 'full' })
      this.#emit({ type: 'reasoning-delta', choice: 0, part, text: thinking })
    }
    if (text !== undefined && text !== '') {
      const { part } = this.#spoken(slot, { kind: 'text' })
      this.#emit({ type: 'text-delta', choice: 0, part, text })
    }
  }

  addPlan(text: string): void {
    if (text === '') return
    const { part } = this.#spoken('plan', { kind: 'text' })
    this.#emit({ type: 'text-delta', choice: 0, part, text })
  }

  openCall(index: number, call: JsonObject): void {
    this.hasCall = true
    this.#closeSpoken()
    const slot: Slot = `call:${index}`
    this.#close(slot)
    const fields = asObject(call['function']) ?? {}
    const id = asString(call['id'])
    const head: PartHead = {
      kind: 'tool-call',
      id: id === undefined || id === '' ? this.#newId('call_') : id,
      name: asString(fields['name']) ?? '',
      executor: 'client',
    }
    this.#start(slot, head, extend(rest(call, 'id', 'type', 'function')))
    this.addArgs(index, asString(fields['arguments']) ?? '')
  }

  addArgs(index: number, json: string): void {
    const open = this.#open.get(`call:${index}`)
    if (json !== '' && open) this.#emit({ type: 'args-delta', choice: 0, part: open.part, json })
  }

  closeCall(index: number): void {
    this.#close(`call:${index}`)
  }

  /** A citation of a text that is still open; of anything else it is kept whole. */
  addCitation(citation: JsonObject): void {
    const open = this.#open.get(this.#cited(citation))
    if (open?.kind !== 'text') {
      this.#emit({
        type: 'opaque',
        dialect,
        value: { type: 'citation-start', delta: { message: { citations: citation } } },
      })
      return
    }
    for (const each of readCitations(citation)) {
      this.#emit({ type: 'citation', choice: 0, part: open.part, citation: each })
    }
  }

  /** Probabilities of what a content block just said; those of thinking have no word in the language. */
  addLogprobs(index: number, item: JsonObject): void {
    const open = this.#open.get(`content:${index}`)
    if (!open) return
    const at = { choice: 0, part: open.part }
    if (open.kind === 'text') this.#emit({ type: 'logprobs', ...at, tokens: [readLogprob(item)] })
    else this.#emit({ type: 'opaque-delta', ...at, dialect, value: { logprobs: item } })
  }

  closeAll(): void {
    for (const slot of [...this.#open.keys()]) this.#close(slot)
  }

  #cited({ type, content_index }: JsonObject): Slot {
    if (type === 'PLAN') return 'plan'
    const index = asNumber(content_index)
    if (index !== undefined) return `content:${index}`
    for (const [slot, { kind }] of this.#open) if (kind === 'text') return slot
    return 'content:0'
  }

  /** The open part of a slot of this kind, opened if need be. */
  #spoken(slot: Slot, head: PartHead): OpenPart {
    const open = this.#open.get(slot)
    if (open?.kind === head.kind) return open
    this.#closeSpoken()
    return this.#start(slot, head, {})
  }

  #closeSpoken(): void {
    for (const [slot, { kind }] of [...this.#open]) if (kind !== 'tool-call') this.#close(slot)
  }

  #start(slot: Slot, head: PartHead, more: { readonly ext?: Extensions }): OpenPart {
    const open = { part: this.#next++, kind: head.kind }
    this.#open.set(slot, open)
    this.#emit({ type: 'part-start', choice: 0, part: open.part, head, ...more })
    return open
  }

  #close(slot: Slot): void {
    const open = this.#open.get(slot)
    if (!open) return
    this.#open.delete(slot)
    this.#emit({ type: 'part-end', choice: 0, part: open.part })
  }
}

function readBlockHead(block: JsonObject): { readonly head: PartHead; readonly more: { readonly ext?: Extensions } } {
  const type = asString(block['type'])
  if (type === 'thinking') {
    return { head: { kind: 'reasoning', form: 'full' }, more: extend(rest(block, 'type', 'thinking')) }
  }
  if (type === 'text' || type === undefined) {
    return { head: { kind: 'text' }, more: extend(rest(block, 'type', 'text')) }
  }
  return { head: { kind: 'opaque', dialect, value: block }, more: {} }
}
