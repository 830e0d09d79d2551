import type { Emit, PartHead } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Seal } from '../../ir/part.ts'
import { asNumber, asObject, asString, rest } from '../../ir/read.ts'
import { readCitation } from './citation.ts'
import { dialect, extend } from './own-fields.ts'

interface OpenPart {
  readonly part: number
  readonly kind: PartHead['kind']
}

/**
 * Reads the content blocks of a stream as parts. Only calls, results and images announce themselves with a start: any
 * other block is known by its first delta.
 */
export class BlockDecoder {
  readonly #provider: string
  /** Open blocks by their number on the wire. */
  readonly #open = new Map<number, OpenPart>()
  #nextPart = 0

  constructor(provider: string) {
    this.#provider = provider
  }

  start(event: JsonObject, emit: Emit): void {
    const index = indexOf(event)
    this.#close(index, emit)
    const start = asObject(event['start']) ?? {}
    const call = asObject(start['toolUse'])
    const image = asObject(start['image'])
    const [id, name] = [asString(call?.['toolUseId']), asString(call?.['name'])]
    if (call && id && name !== undefined) {
      const executor = call['type'] === 'server_tool_use' ? 'provider' : 'client'
      const more = extend(rest(call, 'toolUseId', 'name', 'type', 'input'))
      this.#openPart(index, { head: { kind: 'tool-call', id, name, executor }, ...more }, emit)
    } else if (image) {
      const mediaType = `image/${asString(image['format']) ?? '*'}`
      this.#openPart(index, { head: { kind: 'media', mediaType }, ...extend(rest(image, 'format', 'source')) }, emit)
    } else this.#openPart(index, { head: { kind: 'opaque', dialect, value: start } }, emit)
  }

  delta(event: JsonObject, emit: Emit): void {
    const index = indexOf(event)
    const delta = asObject(event['delta']) ?? {}
    const reasoning = asObject(delta['reasoningContent'])
    if (typeof delta['text'] === 'string') {
      const part = this.#partOf(index, { kind: 'text' }, emit)
      return emit({ type: 'text-delta', choice: 0, part, text: delta['text'] })
    }
    if (reasoning && this.#reason(index, reasoning, emit)) return
    const citation = asObject(delta['citation'])
    if (citation) {
      const part = this.#partOf(index, { kind: 'text' }, emit)
      return emit({ type: 'citation', choice: 0, part, citation: readCitation(citation) })
    }
    this.#deltaOfStarted(this.#open.get(index), delta, emit)
  }

  stop(event: JsonObject, emit: Emit): void {
    this.#close(indexOf(event), emit)
  }

  /** Ends every part; some models leave out the last stop. */
  stopAll(emit: Emit): void {
    for (const index of [...this.#open.keys()]) this.#close(index, emit)
  }

  /** Thinking and its signature are one part; thinking nobody may read is nothing but a seal. */
  #reason(index: number, reasoning: JsonObject, emit: Emit): boolean {
    const [text, signature] = [asString(reasoning['text']), asString(reasoning['signature'])]
    const redacted = asString(reasoning['redactedContent'])
    if (redacted !== undefined) {
      const head: PartHead = { kind: 'reasoning', form: 'redacted', seal: this.#seal(redacted) }
      this.#openPart(index, { head }, emit)
    } else if (text !== undefined || signature !== undefined) {
      const part = this.#partOf(index, { kind: 'reasoning', form: 'full' }, emit)
      if (text !== undefined) emit({ type: 'reasoning-delta', choice: 0, part, text })
      if (signature !== undefined) emit({ type: 'seal-delta', choice: 0, part, seal: this.#seal(signature) })
    } else return false
    return true
  }

  #seal(data: string): Seal {
    return { dialect, provider: this.#provider, data }
  }

  #deltaOfStarted(open: OpenPart | undefined, delta: JsonObject, emit: Emit): void {
    const json = asString(asObject(delta['toolUse'])?.['input'])
    const base64 = asString(asObject(asObject(delta['image'])?.['source'])?.['bytes'])
    if (!open) emit({ type: 'opaque', dialect, value: { contentBlockDelta: { delta } } })
    else if (open.kind === 'tool-call' && json !== undefined)
      emit({ type: 'args-delta', choice: 0, part: open.part, json })
    else if (open.kind === 'media' && base64 !== undefined)
      emit({ type: 'media-delta', choice: 0, part: open.part, base64 })
    else emit({ type: 'opaque-delta', choice: 0, part: open.part, dialect, value: delta })
  }

  /** The open part of this block; one of another kind ends first. */
  #partOf(index: number, head: PartHead, emit: Emit): number {
    const open = this.#open.get(index)
    return open?.kind === head.kind ? open.part : this.#openPart(index, { head }, emit)
  }

  #openPart(index: number, opened: Pick<StartEvent, 'head' | 'ext'>, emit: Emit): number {
    this.#close(index, emit)
    const part = this.#nextPart++
    this.#open.set(index, { part, kind: opened.head.kind })
    emit({ type: 'part-start', choice: 0, part, ...opened })
    return part
  }

  #close(index: number, emit: Emit): void {
    const open = this.#open.get(index)
    if (!open) return
    this.#open.delete(index)
    emit({ type: 'part-end', choice: 0, part: open.part })
  }
}

type StartEvent = Extract<Parameters<Emit>[0], { type: 'part-start' }>

function indexOf(event: JsonObject): number {
  return asNumber(event['contentBlockIndex']) ?? -1
}
