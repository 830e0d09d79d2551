import type { PartHead } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import { dataUrl, isKind } from './media.ts'
import type { ChoiceWriting, PartEvent, PartStart, PartWriter } from './part-writer.ts'
import { loseAnswerPart, SealBox, sealDelta, silentWriter } from './part-writer.ts'
import type { Draft } from './wire.ts'
import { own, sendable } from './wire.ts'

type MediaHead = Extract<PartHead, { kind: 'media' }>

/** How long the id of a sound stays good, which this dialect tells with every sound. */
const audioLifeSeconds = 3600

/** The writer of media: sounds have a field, and images one that OpenRouter added; anything else has no place. */
export function openMedia(choice: ChoiceWriting, event: PartStart & { readonly head: MediaHead }): PartWriter {
  const { mediaType } = event.head
  if (isKind(mediaType, 'audio')) return new AudioWriter(choice, event)
  if (isKind(mediaType, 'image')) return new ImageWriter(choice, event.head)
  loseAnswerPart(choice, event, `no place for ${mediaType} in an answer`)
  return silentWriter
}

/** A sound: its id first, its bytes and words as they come, its expiry last. */
class AudioWriter implements PartWriter {
  readonly #choice: ChoiceWriting
  readonly #event: PartStart

  constructor(choice: ChoiceWriting, event: PartStart) {
    this.#choice = choice
    this.#event = event
  }

  add(event: PartEvent): string {
    switch (event.type) {
      case 'part-start':
        return this.#audio({ ...sendable(event.ext), id: audioId(own(event.ext), this.#choice) })
      case 'media-delta':
        if (event.url !== undefined) return loseAnswerPart(this.#choice, event, 'no place for the address of a sound')
        return this.#audio({ data: event.base64, transcript: event.transcript })
      case 'part-end':
        return this.#audio({ expires_at: this.#choice.context.createdAt + audioLifeSeconds, ...sendable(event.ext) })
      case 'seal-delta':
        return loseAnswerPart(this.#choice, this.#event, 'no field of a sound comes back with a seal')
      default:
        return loseAnswerPart(this.#choice, event, `no place for a ${event.type} in a sound`)
    }
  }

  #audio(audio: Draft): string {
    return this.#choice.delta(JSON.stringify({ audio }))
  }
}

function audioId(notes: JsonObject, { context }: ChoiceWriting): string {
  const { id } = notes
  return typeof id === 'string' ? id : context.newId('audio_')
}

/** An image is one address, so its bytes are gathered first. */
class ImageWriter implements PartWriter {
  readonly #choice: ChoiceWriting
  readonly #mediaType: string
  readonly #seal: SealBox
  #base64 = ''
  #url: string | undefined

  constructor(choice: ChoiceWriting, { mediaType, seal }: MediaHead) {
    this.#choice = choice
    this.#mediaType = mediaType
    this.#seal = new SealBox(seal)
  }

  add(event: PartEvent): string {
    switch (event.type) {
      case 'media-delta':
        if (event.base64 !== undefined) this.#base64 += event.base64
        if (event.url !== undefined) this.#url = event.url
        return ''
      case 'seal-delta':
        this.#seal.add(event.seal)
        return ''
      case 'part-end':
        return this.#end()
      case 'part-start':
        return ''
      default:
        return loseAnswerPart(this.#choice, event, `no place for a ${event.type} in an image`)
    }
  }

  #end(): string {
    const index = this.#choice.images++
    const image = encodeImage(this.#url ?? dataUrl(this.#mediaType, this.#base64), index)
    const { seal } = this.#seal
    const sent = this.#choice.delta(JSON.stringify({ images: [image] }))
    return seal ? sent + sealDelta(seal, { on: 'image', index }, this.#choice) : sent
  }
}

/** One of `images`, a field OpenRouter added to messages (openrouter.ai/docs, image generation, seen 2026-08). */
export function encodeImage(url: string, index: number): JsonObject {
  return { type: 'image_url', image_url: { url }, index }
}
