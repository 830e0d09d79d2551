import { customToolNames } from '../../ir/custom-tool.ts'
import type { PartHead, StreamEvent } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Seal } from '../../ir/part.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import type { AnswerWriter, PartDelta, PartSink } from './answer-writer.ts'
import type { ClientTools } from './call-item.ts'
import { CallSink, ProviderCallSink } from './call-item.ts'
import { dialect, fieldsOf, itemOf, ownOf } from './extension.ts'
import { MessageItem, TextSink } from './message-item.ts'
import { splitNames } from './namespace.ts'
import { ReasoningItem, writeTextSeal } from './reasoning-item.ts'
import { ImageSink, LostSink, SpeechSink, WholeItems } from './whole-item.ts'

export type PartStart = Extract<StreamEvent, { type: 'part-start' }>
export type PartEnd = Extract<StreamEvent, { type: 'part-end' }>
type Head<K extends PartHead['kind']> = Extract<PartHead, { kind: K }>

interface OpenPart {
  readonly sink: PartSink
  readonly item?: MessageItem | ReasoningItem
}

/**
 * Puts the parts of an answer into items. Items open in the order their first parts do and may interleave, as the live
 * API's do. A message of another dialect stays open until it is known that no more text follows, so texts in a row
 * share one.
 */
export class AnswerItems {
  /** A refusal was said. */
  hasRefusal = false
  readonly #writer: AnswerWriter
  readonly #whole: WholeItems
  readonly #tools: ClientTools
  readonly #holdsText: boolean
  readonly #parts = new Map<number, OpenPart>()
  /** Items of our own dialect of which more parts are to come, by id. */
  readonly #continued = new Map<string, MessageItem | ReasoningItem>()
  #held: MessageItem | undefined

  constructor(writer: AnswerWriter, request: GenerateRequest) {
    this.#writer = writer
    this.#whole = new WholeItems(writer)
    this.#tools = { custom: customToolNames(request), namespaced: splitNames(request.tools) }
    this.#holdsText = request.logprobs !== undefined
  }

  start({ part, head, ext }: PartStart): void {
    this.#parts.set(part, this.#open(head, itemOf(ext)))
  }

  add(delta: PartDelta): void {
    this.#parts.get(delta.part)?.sink.add(delta)
  }

  end({ part, ext }: PartEnd): void {
    const open = this.#parts.get(part)
    this.#parts.delete(part)
    if (!open) return
    const { sink, item } = open
    const own = ownOf(ext)
    const fields = itemOf(ext)
    if (sink instanceof CallSink || (sink instanceof ImageSink && fields)) sink.finalFields(fields)
    sink.end(fieldsOf(own))
    if (sink instanceof ImageSink && sink.seal) writeTextSeal(this.#writer, sink.seal)
    if (item && own?.['$more'] === true) this.#continued.set(item.id, item)
    else if (item) this.#endItem(item, fields, sink instanceof TextSink ? sink.seal : undefined)
  }

  /** Passes on an event of our own dialect without words in the language. */
  pass(value: JsonObject): void {
    this.closeHeld()
    this.#whole.pass(value)
  }

  /** No more text follows. */
  closeHeld(status = 'completed'): void {
    this.#held?.close(undefined, status)
    this.#held = undefined
  }

  #open(head: PartHead, fields: JsonObject | undefined): OpenPart {
    switch (head.kind) {
      case 'text':
      case 'refusal':
        return this.#openText(head, fields)
      case 'reasoning':
        return this.#openReasoning(head, fields)
      case 'tool-call':
        this.closeHeld()
        if (head.executor === 'provider') return { sink: new ProviderCallSink(this.#writer, head.name) }
        return { sink: new CallSink(this.#writer, head, fields, this.#tools) }
      case 'media':
        return this.#openMedia(head, fields)
      case 'opaque':
        return this.#openOpaque(head, fields)
      default:
        return head satisfies never
    }
  }

  #openText(head: Head<'text' | 'refusal'>, fields: JsonObject | undefined): OpenPart {
    if (head.kind === 'refusal') this.hasRefusal = true
    const item = this.#message(fields)
    const sink = item.open(head.kind, this.#holdsText)
    sink.seal = head.seal
    return { sink, item }
  }

  /**
   * A host of our own dialect says whether it shows thinking or a summary. Any other's thinking goes where summaries
   * do, because that is what every client shows; the item's id says what it is.
   */
  #openReasoning(head: Head<'reasoning'>, fields: JsonObject | undefined): OpenPart {
    const known = this.#continuedItem(fields)
    if (!known) this.closeHeld()
    const item = known instanceof ReasoningItem ? known : new ReasoningItem(this.#writer, fields ?? {}, head.form)
    if (head.seal) item.seal = head.seal
    if (head.form === 'redacted') return { sink: item.open('none'), item }
    const isThought = fields !== undefined && head.form === 'full'
    return { sink: item.open(isThought ? 'content' : 'summary'), item }
  }

  #openMedia(head: Head<'media'>, fields: JsonObject | undefined): OpenPart {
    const kind = head.mediaType.split('/', 1)[0]
    if (kind === 'audio') {
      const item = this.#message(undefined)
      return { sink: new SpeechSink(item.open('text', false), this.#writer), item }
    }
    this.closeHeld()
    if (kind !== 'image') {
      return { sink: new LostSink(this.#writer, 'the Responses API answers with no such file', head.mediaType) }
    }
    const sink = new ImageSink(this.#whole, this.#writer, head.mediaType)
    sink.finalFields(fields)
    sink.seal = head.seal
    return { sink }
  }

  /** With item fields it is content of a message, else an item. */
  #openOpaque(head: Head<'opaque'>, fields: JsonObject | undefined): OpenPart {
    if (head.dialect !== dialect) {
      const type = head.value['type'] ?? null
      return { sink: new LostSink(this.#writer, `a block only ${head.dialect} knows`, type) }
    }
    if (fields) {
      const item = this.#message(fields)
      item.addOpaque(head.value)
      return { sink: silentSink, item }
    }
    this.closeHeld()
    this.#whole.write(head.value)
    return { sink: silentSink }
  }

  /** The message the next text belongs to. */
  #message(fields: JsonObject | undefined): MessageItem {
    const known = this.#continuedItem(fields)
    if (known instanceof MessageItem) return known
    const held = this.#held
    if (held && fields === undefined) {
      this.#held = undefined
      return held
    }
    this.closeHeld()
    return new MessageItem(this.#writer, fields ?? {})
  }

  #continuedItem(fields: JsonObject | undefined): MessageItem | ReasoningItem | undefined {
    const id = fields?.['id']
    return typeof id === 'string' ? this.#continued.get(id) : undefined
  }

  #endItem(item: MessageItem | ReasoningItem, fields: JsonObject | undefined, seal: Seal | undefined): void {
    this.#continued.delete(item.id)
    const isLast = item.index === this.#writer.lastIndex
    if (item instanceof ReasoningItem || fields || (!isLast && !seal)) return item.close(fields)
    if (!seal) {
      this.#held = item
      return
    }
    item.close()
    writeTextSeal(this.#writer, seal)
  }
}

const silentSink: PartSink = { add: () => undefined, end: () => undefined }
