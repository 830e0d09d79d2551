import type { CodecContext, EncoderOptions, EventEncoder, Lose } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Usage } from '../../ir/usage.ts'
import { openCall } from './call-writer.ts'
import { ChunkWriter } from './chunk-writer.ts'
import type { ClientStyle } from './client-style.ts'
import { readStyle } from './client-style.ts'
import { readOpaque } from './decode-choice.ts'
import { encodeStreamFailure } from './failure.ts'
import { finishMembers, messageNotes } from './finish-members.ts'
import { Turns } from './in-turn.ts'
import { openMedia } from './media-writer.ts'
import type { ChoiceWriting, PartEvent, PartStart, PartWriter } from './part-writer.ts'
import { loseAnswerPart, silentWriter } from './part-writer.ts'
import { ReasoningWriter, TextWriter } from './text-writer.ts'
import { encodeUsage } from './usage.ts'
import { dialect, sendable } from './wire.ts'

/** Writes a streamed answer as chunks, one for each event that says something. */
export function createEncoder({ request, context }: EncoderOptions, lose: Lose): EventEncoder {
  const encoder = new AnswerEncoder({
    style: readStyle(request),
    context,
    lose,
    model: request.model,
    wantsUsage: request.streamUsage === true,
  })
  return { event: (event) => encoder.event(event) }
}

interface AnswerOptions {
  readonly style: ClientStyle
  readonly context: CodecContext
  readonly lose: Lose
  readonly model: string
  readonly wantsUsage: boolean
}

/** Finish and usage are held back until the end is sure: after an error no client may find a finish reason. */
class AnswerEncoder {
  readonly #options: AnswerOptions
  #chunks: ChunkWriter
  readonly #choices: (ChoiceWriting | undefined)[] = []
  readonly #parts: (PartWriter | undefined)[][] = []
  readonly #finishes: { readonly choice: number; readonly members: JsonObject }[] = []
  #usage: Usage | undefined
  #isOver = false

  constructor(options: AnswerOptions) {
    this.#options = options
    this.#chunks = new ChunkWriter({ id: '', created: options.context.createdAt, model: options.model, fields: {} })
  }

  event(event: StreamEvent): string {
    if (this.#isOver) return ''
    switch (event.type) {
      case 'start':
        return this.#start(event)
      case 'part-start':
        return this.#openPart(event)
      case 'usage':
        this.#usage = event.usage
        return ''
      case 'finish':
        return this.#finish(event)
      case 'opaque':
        return this.#opaque(event)
      case 'error':
        this.#isOver = true
        return encodeStreamFailure(event.failure)
      case 'end':
        return this.#end(event)
      default:
        return this.#parts[event.choice]?.[event.part]?.add(event) ?? ''
    }
  }

  /** Plain fields of the host (a fingerprint, a tier) stand on every chunk as at OpenAI, larger ones on the first. */
  #start({ id, model, ext }: Extract<StreamEvent, { type: 'start' }>): string {
    const { created, ...fields } = sendable(ext)
    const { context } = this.#options
    const plain = Object.entries(fields).filter(([, value]) => typeof value !== 'object')
    this.#chunks = new ChunkWriter({
      id: id === '' ? context.newId('chatcmpl-') : id,
      created: typeof created === 'number' ? created : context.createdAt,
      model: model === '' ? this.#options.model : model,
      fields: Object.fromEntries(plain),
    })
    this.#choices[0] = this.#createChoice(0)
    return this.#chunks.with(fields).delta(0, roleDelta)
  }

  /** The chunk that says whose turn it is, once for each choice. */
  #begin(index: number): string {
    if (this.#choices[index]) return ''
    this.#choices[index] = this.#createChoice(index)
    return this.#chunks.delta(index, roleDelta)
  }

  #createChoice(index: number): ChoiceWriting {
    const { style, context, lose } = this.#options
    return {
      index,
      style,
      context,
      lose,
      delta: (delta) => this.#chunks.delta(index, delta),
      members: (members) => this.#chunks.choice(index, members),
      reasoningLength: 0,
      textLength: 0,
      calls: 0,
      images: 0,
      details: 0,
      hasRefusal: false,
      turns: { words: new Turns(), thoughts: new Turns() },
    }
  }

  #openPart(event: PartStart): string {
    const begun = this.#begin(event.choice)
    const choice = this.#choices[event.choice]
    if (!choice) return begun
    const writer = createPartWriter(choice, event)
    this.#parts[event.choice] ??= []
    const parts = this.#parts[event.choice]
    if (parts) parts[event.part] = writer
    return begun + writer.add(event)
  }

  #finish(event: Extract<StreamEvent, { type: 'finish' }>): string {
    const begun = this.#begin(event.choice)
    const choice = this.#choices[event.choice]
    const facts = { hasToolCalls: (choice?.calls ?? 0) > 0, hasRefusal: choice?.hasRefusal ?? false }
    const members = finishMembers(event, facts, this.#options.style)
    this.#finishes.push({ choice: event.choice, members: { delta: messageNotes(event), ...members } })
    return begun
  }

  #opaque({ dialect: origin, value }: Extract<StreamEvent, { type: 'opaque' }>): string {
    if (origin !== dialect) {
      this.#options.lose({ path: 'opaque', why: `an event only ${origin} knows`, value: value['type'] ?? null })
      return ''
    }
    const { choice, delta } = readOpaque(value)
    return this.#begin(choice) + this.#chunks.delta(choice, JSON.stringify(delta))
  }

  /** Fields the host told last stand on the last chunk of a choice; a chunk without choices breaks many clients. */
  #end({ ext }: Extract<StreamEvent, { type: 'end' }>): string {
    this.#isOver = true
    let text = ''
    for (const [place, { choice, members }] of this.#finishes.entries()) {
      const isLast = place === this.#finishes.length - 1
      const chunks = isLast && ext ? this.#chunks.with(sendable(ext)) : this.#chunks
      text += chunks.choice(choice, members)
    }
    if (this.#options.wantsUsage && this.#usage) text += this.#chunks.usage(encodeUsage(this.#usage))
    return `${text}data: [DONE]\n\n`
  }
}

const roleDelta = '{"role":"assistant","content":""}'

function createPartWriter(choice: ChoiceWriting, event: PartStart): PartWriter {
  const { head } = event
  switch (head.kind) {
    case 'text':
    case 'refusal':
      return choice.turns.words.queue(new TextWriter(choice, event))
    case 'reasoning':
      return choice.turns.thoughts.queue(new ReasoningWriter(choice, event))
    case 'tool-call':
      return openCall(choice, { ...event, head })
    case 'media':
      return openMedia(choice, { ...event, head })
    case 'opaque':
      if (head.dialect === dialect) return new OpaqueWriter(choice, head.value)
      loseAnswerPart(choice, event, `a block only ${head.dialect} knows`)
      return silentWriter
    default:
      return head satisfies never
  }
}

/** A chunk of a content list that this dialect's host made and nobody else knows. */
class OpaqueWriter implements PartWriter {
  readonly #choice: ChoiceWriting
  readonly #value: JsonObject

  constructor(choice: ChoiceWriting, value: JsonObject) {
    this.#choice = choice
    this.#value = value
  }

  add(event: PartEvent): string {
    return event.type === 'part-start' ? this.#choice.delta(JSON.stringify({ content: [this.#value] })) : ''
  }
}
