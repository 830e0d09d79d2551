import type { Json, JsonObject } from '../../ir/json.ts'
import type { Seal } from '../../ir/part.ts'
import { asNumber, asObject, asString } from '../../ir/read.ts'
import type { AnswerWriter, PartDelta, PartSink } from './answer-writer.ts'
import type { TextSink } from './message-item.ts'

/**
 * Items that are told whole when they are done: those of the provider's own tools, and images. Their announcement and
 * progress come as events of this dialect, which are passed on with the places the items have in this answer.
 */
export class WholeItems {
  readonly #writer: AnswerWriter
  readonly #byId = new Map<string, number>()
  readonly #bySource = new Map<number, number>()

  constructor(writer: AnswerWriter) {
    this.#writer = writer
  }

  /** Passes on an event of this dialect that has no words in the language. */
  pass(value: JsonObject): void {
    const type = asString(value['type'])
    if (type === undefined) {
      this.#writer.lose({ path: 'stream', why: 'a frame without a type' })
      return
    }
    const source = asNumber(value['output_index'])
    if (source === undefined) return this.#writer.event(type, value)
    if (type === 'response.output_item.added') {
      this.#announce(source, asObject(value['item']) ?? {})
      return
    }
    const id = asString(value['item_id'])
    const index = (id === undefined ? undefined : this.#byId.get(id)) ?? this.#bySource.get(source)
    if (index !== undefined) this.#writer.event(type, { ...value, output_index: index })
    else this.#writer.lose({ path: 'stream', why: 'progress of an item that was not announced', value: type })
  }

  /** The item is done. One that was not announced is announced first. */
  write(item: JsonObject): void {
    const known = this.#byId.get(asString(item['id']) ?? '')
    const index = known ?? this.#writer.nextIndex()
    if (known === undefined) this.#writer.added(index, opening(item))
    this.#writer.done(index, item)
  }

  /** The place of an item that was announced, or of a new one announced now. */
  place(item: JsonObject & { readonly id: string }): number {
    return this.#byId.get(item.id) ?? this.#announce(undefined, item)
  }

  #announce(source: number | undefined, item: JsonObject): number {
    const index = this.#writer.nextIndex()
    const id = asString(item['id'])
    if (id !== undefined) this.#byId.set(id, index)
    if (source !== undefined) this.#bySource.set(source, index)
    this.#writer.added(index, item)
    return index
  }
}

/** The item as it would have been announced. */
function opening(item: JsonObject): JsonObject {
  return item['status'] === 'completed' ? { ...item, status: 'in_progress' } : item
}

/** Collects an image and writes it as an image generation call. */
export class ImageSink implements PartSink {
  readonly #items: WholeItems
  readonly #writer: AnswerWriter
  readonly #mediaType: string
  #fields: JsonObject | undefined
  #base64 = ''
  #url: string | undefined
  seal: Seal | undefined

  constructor(items: WholeItems, writer: AnswerWriter, mediaType: string) {
    this.#items = items
    this.#writer = writer
    this.#mediaType = mediaType
  }

  add(delta: PartDelta): void {
    if (delta.type === 'seal-delta') this.seal = delta.seal
    if (delta.type !== 'media-delta') return
    this.#base64 += delta.base64 ?? ''
    this.#url = delta.url ?? this.#url
  }

  /** The fields of the item this image came in, where it was one. */
  finalFields(fields: JsonObject | undefined): void {
    this.#fields = fields
  }

  end(): void {
    if (this.#base64 === '') {
      this.#writer.lose({ path: 'parts', why: 'an image of the Responses API is bytes', value: this.#url ?? null })
      return
    }
    const id = asString(this.#fields?.['id']) ?? this.#writer.newId('ig_')
    const type = 'image_generation_call'
    const output_format = this.#mediaType.slice('image/'.length)
    const index = this.#items.place({ id, type, status: 'in_progress', result: null })
    const place = { item_id: id, output_index: index }
    if (!this.#fields) {
      for (const step of ['in_progress', 'generating', 'completed'])
        this.#writer.event(`response.${type}.${step}`, place)
    }
    const made = { status: 'completed', output_format }
    this.#writer.done(index, { id, type, result: this.#base64, ...(this.#fields ?? made) })
  }
}

/** A sound has no item: what it says is written as text. */
export class SpeechSink implements PartSink {
  readonly #text: TextSink
  readonly #writer: AnswerWriter

  constructor(text: TextSink, writer: AnswerWriter) {
    this.#text = text
    this.#writer = writer
    writer.lose({ path: 'parts', why: 'the Responses API answers with no sound; its transcript is the text' })
  }

  add(delta: PartDelta): void {
    if (delta.type === 'media-delta' && delta.transcript !== undefined) this.#text.addText(delta.transcript)
    else if (delta.type !== 'media-delta') this.#writer.lose({ path: `parts.${delta.type}`, why: 'part of a sound' })
  }

  end(fields: JsonObject): void {
    this.#text.end(fields)
  }
}

/** A part for which there is no place: said once, then ignored. */
export class LostSink implements PartSink {
  constructor(writer: AnswerWriter, why: string, value: Json) {
    writer.lose({ path: 'parts', why, value })
  }

  add(): void {
    // Reported when the part opened.
  }

  end(): void {
    // Reported when the part opened.
  }
}
