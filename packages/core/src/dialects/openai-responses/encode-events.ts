import type { EncoderOptions, EventEncoder, Lose } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Usage } from '../../ir/usage.ts'
import type { PartEnd, PartStart } from './answer-items.ts'
import { AnswerItems } from './answer-items.ts'
import type { PartDelta } from './answer-writer.ts'
import { AnswerWriter } from './answer-writer.ts'
import { dialect, ownOf } from './extension.ts'
import { errorEvent, responseError } from './failure.ts'
import { encodeFinish } from './finish.ts'
import { responseBase } from './response-object.ts'
import { encodeUsage } from './usage.ts'

type Start = Extract<StreamEvent, { type: 'start' }>
type Finish = Extract<StreamEvent, { type: 'finish' }>

/** Writes an answer as a stream of this dialect. */
export function createEncoder(options: EncoderOptions, lose: Lose): EventEncoder {
  return new AnswerEncoder(options, lose)
}

/** The response around the items: its beginning, its end, and what it says of the whole answer. */
export class AnswerEncoder implements EventEncoder {
  readonly #options: EncoderOptions
  readonly #lose: Lose
  readonly #writer: AnswerWriter
  readonly #items: AnswerItems
  #base: JsonObject | undefined
  #usage: Usage | undefined
  #finish: Finish | undefined
  #hasLostChoices = false
  #final: JsonObject | undefined

  constructor(options: EncoderOptions, lose: Lose) {
    this.#options = options
    this.#lose = lose
    this.#writer = new AnswerWriter(options.context.newId, lose)
    this.#items = new AnswerItems(this.#writer, options.request)
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

  #readChoice(event: PartDelta | PartStart | PartEnd | Finish): void {
    switch (event.type) {
      case 'part-start':
        return this.#items.start(event)
      case 'part-end':
        return this.#items.end(event)
      case 'finish':
        this.#finish = event
        return this.#items.closeHeld(event.reason === 'length' ? 'incomplete' : 'completed')
      default:
        this.#items.add(event)
    }
  }

  #start(start: Start): void {
    const { request, context } = this.#options
    const response = responseBase(start, request, context)
    this.#base = response
    const isQueued = ownOf(start.ext)?.['status'] === 'queued'
    const first = isQueued ? { ...response, status: 'queued' } : response
    this.#writer.event('response.created', { response: first })
    if (isQueued) this.#writer.event('response.queued', { response: first })
    this.#writer.event('response.in_progress', { response })
  }

  #opaque(event: Extract<StreamEvent, { type: 'opaque' }>): void {
    if (event.dialect === dialect) return this.#items.pass(event.value)
    this.#lose({ path: 'stream', why: `an event only ${event.dialect} has`, value: event.value['type'] ?? null })
  }

  #end(own: JsonObject | undefined): void {
    this.#items.closeHeld()
    const finish = this.#finish ?? { reason: 'other', raw: null }
    const { status, details } = encodeFinish(finish, this.#items.hasRefusal, this.#lose)
    this.#complete(`response.${status}`, { ...own, status, incomplete_details: details })
  }

  /** The `error` event, then `response.failed`, as the live API does. */
  #fail(failure: Failure): void {
    const { request, context } = this.#options
    this.#base ??= responseBase({ type: 'start', id: '', model: '' }, request, context)
    this.#items.closeHeld('incomplete')
    this.#writer.close()
    const { type: _, sequence_number: __, ...error } = errorEvent(failure, this.#writer.sequence)
    this.#writer.event('error', error)
    this.#complete('response.failed', { status: 'failed', error: responseError(failure) })
  }

  #complete(type: string, fields: JsonObject): void {
    const usage = this.#usage ? encodeUsage(this.#usage) : null
    this.#writer.close()
    this.#final = { ...this.#base, ...fields, output: this.#writer.output, usage }
    this.#writer.event(type, { response: this.#final })
  }

  #loseChoice(): void {
    if (!this.#hasLostChoices) this.#lose({ path: 'choices', why: 'a response of the Responses API is one answer' })
    this.#hasLostChoices = true
  }
}
