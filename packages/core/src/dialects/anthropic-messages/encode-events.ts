import type { EncoderOptions, EventEncoder, Lose } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asString } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import { encodeStreamFailure } from './failure.ts'
import { writeFinish, writeOuterFinish } from './finish.ts'
import { dialect, ownFields } from './own-fields.ts'
import { type PartEvent, PartLine } from './part-line.ts'
import { StreamBlock } from './stream-block.ts'
import { writeDeltaUsage, writeUsage } from './usage.ts'

type Start = Extract<StreamEvent, { type: 'start' }>
type Finish = Extract<StreamEvent, { type: 'finish' }>

/**
 * Writes `message_start ... message_stop`. The dialect tells the input's size first and the stop reason together with the
 * usage last, so the start waits for usage or the first block, and the finish waits for the end.
 */
export class MessageEncoder implements EventEncoder {
  readonly #options: EncoderOptions
  readonly #lose: Lose
  readonly #line = new PartLine((event) => this.#part(event))
  #opening: Start | undefined
  #usage: Usage | undefined
  /** The usage `message_start` told. */
  #told: JsonObject = {}
  #finish: Finish | undefined
  #block: StreamBlock | undefined
  #nextIndex = 0
  #hasCall = false
  #hasRefusal = false
  #isOver = false

  constructor(options: EncoderOptions, lose: Lose) {
    this.#options = options
    this.#lose = loseOnce(lose)
  }

  event(event: StreamEvent): string {
    if (this.#isOver) return ''
    switch (event.type) {
      case 'start':
        this.#opening = event
        return ''
      case 'usage':
        this.#usage = event.usage
        return this.#open()
      case 'finish':
        if (event.choice === 0) this.#finish = event
        else this.#lose(onlyOneChoice)
        return ''
      case 'end':
        this.#isOver = true
        return this.#open() + this.#end()
      case 'error':
        this.#isOver = true
        return this.#open() + encodeStreamFailure(event.failure)
      case 'opaque':
        return this.#opaque(event)
      default:
        if (event.choice === 0) return this.#open() + this.#line.push(event)
        this.#lose(onlyOneChoice)
        return ''
    }
  }

  #open(): string {
    const start = this.#opening
    if (!start) return ''
    this.#opening = undefined
    this.#told = writeUsage(this.#usage)
    const message = {
      id: start.id === '' ? this.#options.context.newId('msg_') : start.id,
      type: 'message',
      role: 'assistant',
      model: start.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      ...ownFields(start.ext),
      usage: this.#told,
    }
    return line('message_start', { message })
  }

  #part(event: PartEvent): string {
    if (event.type === 'part-start') {
      const { head } = event
      if (head.kind === 'tool-call' && head.executor === 'client') this.#hasCall = true
      if (head.kind === 'refusal') this.#hasRefusal = true
      this.#block = new StreamBlock(event, { takeIndex: () => this.#nextIndex++, lose: this.#lose })
      return this.#block.start()
    }
    if (event.type === 'part-end') return this.#block?.end() ?? ''
    return this.#block?.delta(event) ?? ''
  }

  #opaque(event: Extract<StreamEvent, { type: 'opaque' }>): string {
    if (event.dialect !== dialect) {
      this.#lose({ path: 'stream', why: `an event only ${event.dialect} knows` })
      return ''
    }
    const { type, ...fields } = event.value
    return this.#open() + line(asString(type) ?? 'unknown', fields)
  }

  #end(): string {
    const finish: Finish = this.#finish ?? { type: 'finish', choice: 0, reason: 'other', raw: null }
    const delta = writeFinish(finish, { hasCall: this.#hasCall, hasRefusal: this.#hasRefusal })
    const usage = writeDeltaUsage(this.#usage, this.#told)
    return line('message_delta', { delta, usage, ...writeOuterFinish(finish) }) + line('message_stop', {})
  }
}

const onlyOneChoice = { path: 'choices', why: 'the dialect gives one answer' }

/** The same loss in every delta of an answer is told once. */
export function loseOnce(lose: Lose): Lose {
  const told = new Set<string>()
  return (loss) => {
    const key = `${loss.path} ${loss.why}`
    if (told.has(key)) return
    told.add(key)
    lose(loss)
  }
}

function line(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
}
