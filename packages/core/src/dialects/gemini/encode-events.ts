import type { EncoderOptions, EventEncoder, Lose } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import { rest } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import type { PartDelta } from './answer-part.ts'
import { ChoiceWriter } from './choice-writer.ts'
import { streamError } from './failure.ts'
import { dialect, ownFields } from './own-fields.ts'
import { encodeUsage, loseCounts } from './usage.ts'
import { isBlockedPrompt } from './write-answer.ts'

/**
 * Writes an answer as chunks. Texts go out as they come, everything else when it is complete, for this dialect knows no
 * pieces of a call or an image. The last chunk has the reasons, the sources and the whole usage, so it waits for `end`.
 */
export function createEncoder({ framing }: EncoderOptions, lose: Lose): EventEncoder {
  return new ChunkEncoder(framing === 'sse', lose)
}

class ChunkEncoder implements EventEncoder {
  readonly #isSse: boolean
  readonly #lose: Lose
  readonly #choices = new Map<number, ChoiceWriter>()
  #names: JsonObject = {}
  #own: JsonObject = {}
  #usage: Usage | undefined
  #usageText = ''
  /** What every chunk ends with, after its candidates. */
  #tail = ''
  #hasWritten = false
  #isOver = false

  constructor(isSse: boolean, lose: Lose) {
    this.#isSse = isSse
    this.#lose = lose
  }

  event(event: StreamEvent): string {
    if (this.#isOver) return ''
    switch (event.type) {
      case 'start':
        return this.#start(event)
      case 'part-start':
        this.#choice(event.choice).start(event)
        return ''
      case 'usage':
        return this.#setUsage(event)
      case 'finish':
        this.#choice(event.choice).finish = event
        return ''
      case 'opaque':
        if (event.dialect !== dialect) this.#lose({ path: 'opaque', why: `an event only ${event.dialect} knows` })
        return ''
      case 'error':
        return this.#close(JSON.stringify(streamError(event.failure)))
      case 'end':
        return this.#finish(ownFields(event.ext))
      default:
        return this.#addToPart(event)
    }
  }

  #start({ id, model, ext }: Extract<StreamEvent, { type: 'start' }>): string {
    this.#own = ownFields(ext)
    this.#names = { modelVersion: model, responseId: id }
    this.#setTail()
    return ''
  }

  /** `promptFeedback` and the like stand on the first and last chunk; names and usage on all. */
  #setTail(): void {
    const { createTime } = this.#own
    this.#tail = `${this.#usageText}${members({ createTime, ...this.#names })}}`
  }

  #setUsage({ usage }: Extract<StreamEvent, { type: 'usage' }>): string {
    this.#usage = usage
    this.#usageText = `,"usageMetadata":${JSON.stringify(encodeUsage(usage))}`
    this.#setTail()
    return ''
  }

  #addToPart(event: PartDelta | Extract<StreamEvent, { type: 'part-end' }>): string {
    const parts = this.#choice(event.choice).add(event)
    if (parts === '') return ''
    const content = `{"candidates":[{"content":{"parts":[${parts}],"role":"model"},"index":${event.choice}}]`
    return this.#chunk(`${content}${this.#firstFields()}${this.#tail}`)
  }

  #choice(choice: number): ChoiceWriter {
    const known = this.#choices.get(choice)
    if (known) return known
    const writer = new ChoiceWriter(choice, this.#lose)
    this.#choices.set(choice, writer)
    return writer
  }

  #firstFields(): string {
    if (this.#hasWritten) return ''
    const { createTime: _, ...first } = this.#own
    return members(first)
  }

  #finish(later: JsonObject): string {
    const choices = [...this.#choices.values()].toSorted((left, right) => left.choice - right.choice)
    const isBlocked = isBlockedPrompt(this.#own) && choices.every((choice) => !choice.hasContent)
    const candidates = isBlocked ? undefined : choices.map((choice) => choice.end())
    if (this.#usage) loseCounts(this.#usage, this.#lose)
    const fields = this.#hasWritten ? later : { ...rest(this.#own, 'createTime'), ...later }
    const text = `${members({ candidates, ...fields })}${this.#tail}`
    return this.#close(`{${text.slice(1)}`)
  }

  #chunk(json: string): string {
    const isFirst = !this.#hasWritten
    this.#hasWritten = true
    if (this.#isSse) return `data: ${json}\n\n`
    return isFirst ? `[${json}` : `,\n${json}`
  }

  #close(json: string): string {
    const last = this.#chunk(json)
    this.#isOver = true
    return this.#isSse ? last : `${last}\n]`
  }
}

/** Members of an object as text, each with a comma before it. */
function members(fields: JsonObject): string {
  let text = ''
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) text += `,${JSON.stringify(key)}:${JSON.stringify(value)}`
  }
  return text
}
