import { customToolNames } from '../../ir/custom-tool.ts'
import type { EncoderOptions, EventEncoder, Lose } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Usage } from '../../ir/usage.ts'
import type { PartDelta, PartSink } from './answer-writer.ts'
import { AnswerWriter } from './answer-writer.ts'
import { CallSink, ProviderCallSink } from './call-item.ts'
import { dialect, fieldsOf, itemOf, ownOf } from './extension.ts'
import { errorEvent, responseError } from './failure.ts'
import { encodeFinish } from './finish.ts'
import { MessageItem, TextSink } from './message-item.ts'
import { splitNames } from './namespace.ts'
import { ReasoningItem, writeTextSeal } from './reasoning-item.ts'
import { responseBase } from './response-object.ts'
import { encodeUsage } from './usage.ts'
import { ImageSink, LostSink, SpeechSink, WholeItems } from './whole-item.ts'

type PartStart = Extract<StreamEvent, { type: 'part-start' }>
type Finish = Extract<StreamEvent, { type: 'finish' }>

/** Writes an answer as a stream of this dialect. */
export function createEncoder(options: EncoderOptions, lose: Lose): EventEncoder {
  return new AnswerEncoder(options, lose)
}

interface OpenPart {
  readonly sink: PartSink
  readonly item?: MessageItem | ReasoningItem
}

/**
 * Items open in the order their first parts do and may interleave, as the live API's do. A message of another dialect
 * stays open until it is known that no more text follows, so texts in a row share one.
 */
export class AnswerEncoder implements EventEncoder {
  readonly #options: EncoderOptions
  readonly #lose: Lose
  readonly #writer: AnswerWriter
  readonly #whole: WholeItems
  readonly #tools: ConstructorParameters<typeof CallSink>[3]
  readonly #parts = new Map<number, OpenPart>()
  /** Items of our own dialect of which more parts are to come, by id. */
  readonly #continued = new Map<string, MessageItem | ReasoningItem>()
  #held: MessageItem | undefined
  #base: JsonObject | undefined
  #usage: Usage | undefined
  #finish: Finish | undefined
  #hasRefusal = false
  #hasLostChoices = false
  #final: JsonObject | undefined

  constructor(options: EncoderOptions, lose: Lose) {
    this.#options = options
    this.#lose = lose
    this.#writer = new AnswerWriter(options.context.newId, lose)
    this.#whole = new WholeItems(this.#writer)
    const { request } = options
    this.#tools = { custom: customToolNames(request), namespaced: splitNames(request.tools) }
  }

  /** The response as its last event told it; undefined until then. */
  get final(): JsonObject | undefined {
    return this.#final
  }

  event(event: StreamEvent): string {
    if (this.#final) return ''
    this.#read(event)
    return this.#writer.take()
  }

  #read(event: StreamEvent): void {
    switch (event.type) {
      case 'start':
        return this.#start(event)
      case 'usage':
        this.#usage = event.usage
        return
      case 'opaque':
        return this.#opaque(event)
      case 'end':
        return this.#end(ownOf(event.ext))
      case 'error':
        return this.#fail(event.failure)
      default:
        if (event.choice > 0) this.#loseChoice()
        else this.#readChoice(event)
    }
  }

  #readChoice(event: PartDelta | PartStart | Extract<StreamEvent, { type: 'part-end' }> | Finish): void {
    switch (event.type) {
      case 'part-start':
        this.#parts.set(event.part, this.#open(event))
        return
      case 'part-end':
        return this.#endPart(event.part, ownOf(event.ext))
      case 'finish':
        this.#finish = event
        return this.#closeHeld(event.reason === 'length' ? 'incomplete' : 'completed')
      default:
        this.#parts.get(event.part)?.sink.add(event)
    }
  }

  #start(start: Extract<StreamEvent, { type: 'start' }>): void {
    const { request, context } = this.#options
    const response = responseBase(start, request, context)
    this.#base = response
    const isQueued = ownOf(start.ext)?.['status'] === 'queued'
    const first = isQueued ? { ...response, status: 'queued' } : response
    this.#writer.event('response.created', { response: first })
    if (isQueued) this.#writer.event('response.queued', { response: first })
    this.#writer.event('response.in_progress', { response })
  }

  #open(event: PartStart): OpenPart {
    const { head } = event
    const item = itemOf(event.ext)
    switch (head.kind) {
      case 'text':
      case 'refusal': {
        if (head.kind === 'refusal') this.#hasRefusal = true
        const message = this.#message(item)
        const sink = message.open(head.kind, this.#options.request.logprobs !== undefined)
        sink.seal = head.seal
        return { sink, item: message }
      }
      case 'reasoning':
        return this.#openReasoning(head, item)
      case 'tool-call':
        this.#closeHeld()
        if (head.executor === 'provider') return { sink: new ProviderCallSink(this.#writer, head.name) }
        return { sink: new CallSink(this.#writer, head, item, this.#tools) }
      case 'media':
        return this.#openMedia(head, item)
      case 'opaque':
        return this.#openOpaque(head, item)
      default:
        return head satisfies never
    }
  }

  #openReasoning(head: Extract<PartStart['head'], { kind: 'reasoning' }>, fields: JsonObject | undefined): OpenPart {
    const known = this.#continuedItem(fields)
    if (!known) this.#closeHeld()
    const item = known instanceof ReasoningItem ? known : new ReasoningItem(this.#writer, fields ?? {})
    if (head.seal) item.seal = head.seal
    return { sink: item.open(this.#placeFor(head.form, fields)), item }
  }

  /**
   * A model's own thinking is `reasoning_text`, but most clients show only summaries: a client that asked for one gets
   * the thinking there.
   */
  #placeFor(form: 'full' | 'summary' | 'redacted', fields: JsonObject | undefined): 'summary' | 'content' | 'none' {
    if (form === 'redacted') return 'none'
    const wantsSummary = fields === undefined && this.#options.request.reasoning?.show === 'summary'
    return form === 'summary' || wantsSummary ? 'summary' : 'content'
  }

  #openMedia(head: Extract<PartStart['head'], { kind: 'media' }>, fields: JsonObject | undefined): OpenPart {
    const kind = head.mediaType.split('/', 1)[0]
    if (kind === 'audio') {
      const item = this.#message(undefined)
      return { sink: new SpeechSink(item.open('text', false), this.#writer), item }
    }
    this.#closeHeld()
    if (kind !== 'image') {
      return { sink: new LostSink(this.#writer, 'the Responses API answers with no such file', head.mediaType) }
    }
    const sink = new ImageSink(this.#whole, this.#writer, head.mediaType)
    sink.finalFields(fields)
    sink.seal = head.seal
    return { sink }
  }

  #openOpaque(head: Extract<PartStart['head'], { kind: 'opaque' }>, fields: JsonObject | undefined): OpenPart {
    if (head.dialect !== dialect) {
      const type = head.value['type'] ?? null
      return { sink: new LostSink(this.#writer, `a block only ${head.dialect} knows`, type) }
    }
    if (fields) {
      const item = this.#message(fields)
      item.addOpaque(head.value)
      return { sink: silentSink, item }
    }
    this.#closeHeld()
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
    this.#closeHeld()
    return new MessageItem(this.#writer, fields ?? {})
  }

  #continuedItem(fields: JsonObject | undefined): MessageItem | ReasoningItem | undefined {
    const id = fields?.['id']
    return typeof id === 'string' ? this.#continued.get(id) : undefined
  }

  #endPart(part: number, own: JsonObject | undefined): void {
    const open = this.#parts.get(part)
    this.#parts.delete(part)
    if (!open) return
    const { sink, item } = open
    const fields = own && itemOf({ [dialect]: own })
    if (sink instanceof CallSink || (sink instanceof ImageSink && fields)) sink.finalFields(fields)
    sink.end(fieldsOf(own))
    if (sink instanceof ImageSink && sink.seal) writeTextSeal(this.#writer, sink.seal)
    if (!item) return
    if (own?.['$more'] === true) {
      this.#continued.set(item.id, item)
      return
    }
    this.#continued.delete(item.id)
    this.#endItem(item, fields, sink instanceof TextSink ? sink.seal : undefined)
  }

  #endItem(item: MessageItem | ReasoningItem, fields: JsonObject | undefined, seal: MessageItemSeal): void {
    const isLast = item.index === this.#writer.lastIndex
    if (item instanceof ReasoningItem || fields || (!isLast && !seal)) return item.close(fields)
    if (seal) {
      item.close()
      writeTextSeal(this.#writer, seal)
      return
    }
    this.#closeHeld()
    this.#held = item
  }

  #closeHeld(status = 'completed'): void {
    this.#held?.close(undefined, status)
    this.#held = undefined
  }

  #opaque(event: Extract<StreamEvent, { type: 'opaque' }>): void {
    if (event.dialect !== dialect) {
      this.#lose({ path: 'stream', why: `an event only ${event.dialect} has`, value: event.value['type'] ?? null })
      return
    }
    this.#closeHeld()
    this.#whole.pass(event.value)
  }

  #end(own: JsonObject | undefined): void {
    this.#closeHeld()
    const finish = this.#finish ?? { reason: 'other', raw: null }
    const { status, details } = encodeFinish(finish, this.#hasRefusal, this.#lose)
    this.#complete(`response.${status}`, { ...own, status, incomplete_details: details })
  }

  /** The `error` event, then `response.failed`, as the live API does. */
  #fail(failure: Failure): void {
    if (!this.#base)
      this.#base = responseBase({ type: 'start', id: '', model: '' }, this.#options.request, this.#options.context)
    const { type: _, sequence_number: __, ...error } = errorEvent(failure, this.#writer.sequence)
    this.#writer.event('error', error)
    this.#complete('response.failed', { status: 'failed', error: responseError(failure) })
  }

  #complete(type: string, fields: JsonObject): void {
    this.#writer.close()
    const usage = this.#usage ? encodeUsage(this.#usage) : null
    this.#final = { ...this.#base, ...fields, output: this.#writer.output, usage }
    this.#writer.event(type, { response: this.#final })
  }

  #loseChoice(): void {
    if (!this.#hasLostChoices) this.#lose({ path: 'choices', why: 'a response of the Responses API is one answer' })
    this.#hasLostChoices = true
  }
}

type MessageItemSeal = TextSink['seal']

const silentSink: PartSink = { add: () => undefined, end: () => undefined }
