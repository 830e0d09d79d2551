import type { EventDecoder, Frame } from '../../ir/dialect.ts'
import type { Emit } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject, parseObject, rest } from '../../ir/read.ts'
import { BlockDecoder } from './decode-block.ts'
import { decodeInnerFailure } from './decode-failure.ts'
import { type Finish, readFinish } from './finish.ts'
import { dialect, extend } from './own-fields.ts'
import { readUsage } from './usage.ts'

/**
 * Reads `messageStart ... messageStop metadata`. Only both of the last two end an answer well: an exception may still
 * follow `messageStop`, and without `metadata` nobody knows what the answer cost.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-call.html (seen 2026-11-21)
 */
export class ConverseDecoder implements EventDecoder {
  readonly #provider: string
  readonly #newId: (prefix: string) => string
  readonly #blocks: BlockDecoder
  #state: 'fresh' | 'running' | 'over' = 'fresh'
  #finish: Finish | undefined
  #metadata: JsonObject | undefined

  constructor(provider: string, newId: (prefix: string) => string) {
    this.#provider = provider
    this.#newId = newId
    this.#blocks = new BlockDecoder(provider)
  }

  frame({ event = '', data }: Frame, emit: Emit): void {
    if (this.#state === 'over') return
    const value = parseObject(data)
    if (!value) return this.#fail(malformed, emit)
    this.event(event, value, emit)
  }

  /** One event, parsed. */
  event(type: string, value: JsonObject, emit: Emit): void {
    if (type === 'error') this.#fail(decodeInnerFailure(value, this.#provider), emit)
    else if (this.#state === 'running') this.#running(type, value, emit)
    else if (type === 'messageStart') this.#start(emit)
    else if (type !== 'initial-response') this.#fail(outOfOrder, emit)
  }

  end(emit: Emit): void {
    if (this.#state !== 'over') this.#fail(cutShort, emit)
  }

  #start(emit: Emit): void {
    this.#state = 'running'
    emit({ type: 'start', id: this.#newId('msg_'), model: '' })
  }

  #running(type: string, value: JsonObject, emit: Emit): void {
    switch (type) {
      case 'contentBlockDelta':
        if (this.#finish) return this.#fail(outOfOrder, emit)
        return this.#blocks.delta(value, emit)
      case 'contentBlockStart':
        if (this.#finish) return this.#fail(outOfOrder, emit)
        return this.#blocks.start(value, emit)
      case 'contentBlockStop':
        return this.#blocks.stop(value, emit)
      case 'messageStop':
        this.#blocks.stopAll(emit)
        this.#finish = readFinish(value)
        return this.#endIfWhole(emit)
      case 'metadata':
        return this.#takeMetadata(value, emit)
      case 'messageStart':
        return this.#fail(outOfOrder, emit)
      default:
        return emit({ type: 'opaque', dialect, value: { [type]: value } })
    }
  }

  #takeMetadata(value: JsonObject, emit: Emit): void {
    const usage = asObject(value['usage'])
    if (usage) emit({ type: 'usage', usage: readUsage(usage) })
    this.#metadata = value
    this.#endIfWhole(emit)
  }

  #endIfWhole(emit: Emit): void {
    if (!this.#finish || !this.#metadata) return
    this.#state = 'over'
    emit({ type: 'finish', choice: 0, ...this.#finish })
    emit({ type: 'end', ...extend(rest(this.#metadata, 'usage', 'p')) })
  }

  #fail(failure: Failure, emit: Emit): void {
    this.#state = 'over'
    emit({ type: 'error', failure })
  }
}

const malformed: Failure = {
  kind: 'upstream-protocol',
  message: 'The provider sent an event that is not a JSON object.',
  retry: 'other-target',
}

const outOfOrder: Failure = {
  kind: 'upstream-protocol',
  message: 'The provider sent its events in an order that makes no message.',
  retry: 'other-target',
}

const cutShort: Failure = {
  kind: 'upstream-protocol',
  message: 'The provider closed the stream before messageStop and metadata.',
  retry: 'other-target',
}
