import type { CodecContext } from '../../ir/dialect.ts'
import type { Emit, PartHead } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Citation, Seal, TokenLogprob } from '../../ir/part.ts'
import { asArray, asObjects, asString, rest } from '../../ir/read.ts'
import { decodeAnnotation } from './annotations.ts'
import { dialect, extend } from './extension.ts'
import { decodeLogprobs } from './logprobs.ts'
import { flatName } from './namespace.ts'
import { callFields, idOnly, readGeneratedImage } from './read-items.ts'
import type { Section, SectionKind } from './section.ts'
import { beyond, headFor, kindOf, placeOf, textOf } from './section.ts'

/** What a new section is, and the item fields it notes when they are not the announced ones. */
interface Place extends Pick<Section, 'kind' | 'index'> {
  readonly fields?: JsonObject
}

const other: Place = { kind: 'other', index: 0 }

interface Surroundings {
  readonly context: CodecContext
  readonly traits: { hasClientCall: boolean; hasRefusal: boolean }
  readonly nextPart: () => number
}

/**
 * One output item, as the parts it becomes. A part stays open until the next part of the item opens or the item is
 * done, because only then it is known whether it was the last: the last part carries the item's final fields.
 */
export class ItemDecoder {
  readonly type: string
  readonly id: string | undefined
  readonly #around: Surroundings
  readonly #added: JsonObject
  readonly #past: Section[] = []
  #open: Section | undefined
  #isDone = false

  constructor(added: JsonObject, around: Surroundings) {
    this.type = asString(added['type']) ?? ''
    this.id = asString(added['id'])
    this.#added = added
    this.#around = around
  }

  /** The item was announced. A call is known from the start; other items open with their content. */
  announce(emit: Emit): void {
    if (this.type === 'function_call' || this.type === 'custom_tool_call') this.#openCall(this.#added, emit)
  }

  text(kind: SectionKind, index: number, text: string, emit: Emit): void {
    const section = this.#section(kind, index, emit)
    if (!section || text === '') return
    section.sent += text
    const type = kind === 'text' || kind === 'refusal' ? 'text-delta' : 'reasoning-delta'
    emit({ type, choice: 0, part: section.part, text })
  }

  /** Sends what the whole text has beyond the deltas. */
  fill(kind: SectionKind, index: number, whole: string, emit: Emit): void {
    const section = this.#section(kind, index, emit)
    if (section) this.text(kind, index, beyond(section.sent, whole), emit)
  }

  args(text: string, emit: Emit): void {
    const call = this.#open
    if (call?.kind !== 'call' || text === '') return
    call.sent += text
    emit({ type: 'args-delta', choice: 0, part: call.part, json: text })
  }

  fillArgs(whole: string, emit: Emit): void {
    this.args(beyond(this.#open?.sent ?? '', whole), emit)
  }

  logprobs(tokens: readonly TokenLogprob[], emit: Emit): void {
    if (this.#open?.kind !== 'text') return
    this.#open.logprobs += tokens.length
    emit({ type: 'logprobs', choice: 0, part: this.#open.part, tokens })
  }

  cite(index: number, citation: Citation, emit: Emit): void {
    const section = this.#section('text', index, emit)
    if (!section) return
    section.citations++
    emit({ type: 'citation', choice: 0, part: section.part, citation })
  }

  openContent(index: number, part: JsonObject, emit: Emit): void {
    const kind = kindOf(part)
    if (kind) this.text(kind, index, textOf(part), emit)
  }

  /** The whole of one content part. */
  fillContent(index: number, part: JsonObject, emit: Emit): void {
    const kind = kindOf(part)
    if (!kind) return this.#fillUnknown(index, part, emit)
    this.fill(kind, index, textOf(part), emit)
    const section = this.#section(kind, index, emit)
    if (!section) return
    const tokens = section.logprobs === 0 ? decodeLogprobs(part['logprobs']) : []
    if (tokens.length > 0) this.logprobs(tokens, emit)
    const known = section.citations
    for (const each of asObjects(part['annotations']).slice(known)) this.cite(index, decodeAnnotation(each), emit)
    section.fields = rest(part, 'type', 'text', 'refusal', 'annotations', 'logprobs')
  }

  /** The item is done; without `item` the stream never said so and what was told so far must do. */
  close(item: JsonObject | undefined, emit: Emit): void {
    if (this.#isDone) return
    this.#isDone = true
    const final = item ?? this.#added
    switch (this.type) {
      case 'message':
        return this.#closeMessage(final, emit)
      case 'reasoning':
        return this.#closeReasoning(final, emit)
      case 'function_call':
        return this.#closeCall(final, 'arguments', emit)
      case 'custom_tool_call':
        return this.#closeCall(final, 'input', emit)
      default:
        if (item) this.#closeOther(item, emit)
    }
  }

  #closeMessage(item: JsonObject, emit: Emit): void {
    const told = this.#told(['text', 'refusal', 'other'])
    for (const [place, part] of asObjects(item['content']).entries()) {
      this.fillContent(placeOf(told, place), part, emit)
    }
    this.#endLast(rest(item, 'type', 'role', 'content') ?? {}, emit)
  }

  #closeReasoning(item: JsonObject, emit: Emit): void {
    this.#fillAll('summary', asObjects(item['summary']), emit)
    this.#fillAll('thinking', asObjects(item['content']), emit)
    const seal = this.#sealOf(item)
    if (this.#open && seal) emit({ type: 'seal-delta', choice: 0, part: this.#open.part, seal })
    if (!this.#open) this.#start({ kind: 'reasoning', form: 'redacted', ...(seal && { seal }) }, other, emit)
    const hasContent = (asArray(item['content'])?.length ?? 0) > 0
    const spoken = [...(hasContent ? ['content'] : []), ...(seal ? ['encrypted_content'] : [])]
    this.#endLast(rest(item, 'type', 'summary', ...spoken) ?? {}, emit)
  }

  #fillAll(kind: SectionKind, parts: readonly JsonObject[], emit: Emit): void {
    const told = this.#told([kind])
    for (const [place, part] of parts.entries()) this.fill(kind, placeOf(told, place), textOf(part), emit)
  }

  /** The sections the stream opened, in their order. */
  #told(kinds: readonly Section['kind'][]): readonly Section[] {
    const all = this.#open ? [...this.#past, this.#open] : this.#past
    return all.filter((each) => kinds.includes(each.kind))
  }

  #sealOf(item: JsonObject): Seal | undefined {
    const data = asString(item['encrypted_content'])
    if (data === undefined || data === '') return undefined
    const id = asString(item['id'])
    return { dialect, provider: this.#around.context.provider, data, ...(id !== undefined && { id }) }
  }

  #openCall(item: JsonObject, emit: Emit): void {
    const isText = this.type === 'custom_tool_call'
    const head: PartHead = {
      kind: 'tool-call',
      id: asString(item['call_id']) || asString(item['id']) || this.#around.context.newId('call_'),
      name: flatName(asString(item['namespace']), asString(item['name']) ?? ''),
      executor: 'client',
      ...(isText && { form: 'text' }),
    }
    this.#around.traits.hasClientCall = true
    const fields = callFields(item, isText ? 'input' : 'arguments')
    this.#start(head, { kind: 'call', index: 0, fields }, emit)
  }

  #closeCall(item: JsonObject, argsKey: 'arguments' | 'input', emit: Emit): void {
    if (!this.#open) this.#openCall(item, emit)
    this.fillArgs(asString(item[argsKey]) ?? '', emit)
    this.#endLast(callFields(item, argsKey), emit)
  }

  /** An image is a word of the language; every other item is opaque. */
  #closeOther(item: JsonObject, emit: Emit): void {
    const image = this.type === 'image_generation_call' ? readGeneratedImage(item) : undefined
    const part = this.#around.nextPart()
    if (image?.kind === 'media' && image.source.from === 'base64') {
      emit({ type: 'part-start', choice: 0, part, head: { kind: 'media', mediaType: image.mediaType } })
      emit({ type: 'media-delta', choice: 0, part, base64: image.source.data })
      emit({ type: 'part-end', choice: 0, part, ...(image.ext && { ext: image.ext }) })
      return
    }
    emit({ type: 'part-start', choice: 0, part, head: { kind: 'opaque', dialect, value: item } })
    emit({ type: 'part-end', choice: 0, part })
  }

  /** A kind of content that has no word: one opaque part, told when it is whole. */
  #fillUnknown(index: number, content: JsonObject, emit: Emit): void {
    if (this.#past.some((each) => each.index === index) || this.#open?.index === index) return
    if (content['type'] === undefined) return
    this.#endOpen(emit)
    this.#start({ kind: 'opaque', dialect, value: content }, { kind: 'other', index }, emit)
  }

  /** The open section of this kind and index, opened if need be; undefined when it has ended already. */
  #section(kind: SectionKind, index: number, emit: Emit): Section | undefined {
    const open = this.#open
    if (open && open.kind === kind && open.index === index) return open
    if (this.#isPast(kind, index)) return undefined
    this.#endOpen(emit)
    if (kind === 'refusal') this.#around.traits.hasRefusal = true
    return this.#start(headFor(kind), { kind, index }, emit)
  }

  #isPast(kind: SectionKind, index: number): boolean {
    return this.#past.some((each) => each.kind === kind && each.index === index)
  }

  #start(head: PartHead, { kind, index, fields }: Place, emit: Emit): Section {
    const section: Section = {
      kind,
      index,
      part: this.#around.nextPart(),
      sent: '',
      citations: 0,
      logprobs: 0,
      fields: undefined,
    }
    const isFirst = this.#past.length === 0
    const $item = isFirst ? (fields ?? this.#addedFields()) : idOnly(this.#added)
    emit({ type: 'part-start', choice: 0, part: section.part, head, ...extend({ $item }) })
    this.#open = section
    return section
  }

  #addedFields(): JsonObject {
    const known = this.type === 'message' ? ['type', 'role', 'content'] : ['type', 'summary']
    return rest(this.#added, ...known) ?? {}
  }

  /** Ends the open part because another of the same item follows. */
  #endOpen(emit: Emit): void {
    const open = this.#open
    if (!open) return
    this.#open = undefined
    this.#past.push(open)
    const ext = extend({ ...open.fields, $item: idOnly(this.#added), $more: true })
    emit({ type: 'part-end', choice: 0, part: open.part, ...ext })
  }

  #endLast($item: JsonObject, emit: Emit): void {
    const open = this.#open
    if (!open) return
    this.#open = undefined
    emit({ type: 'part-end', choice: 0, part: open.part, ...extend({ ...open.fields, $item }) })
  }
}
