import type { Emit } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asString } from '../../ir/read.ts'
import { AudioJoiner } from './audio-joiner.ts'
import type { Draft } from './wire.ts'
import { extend } from './wire.ts'

interface At {
  readonly choice: number
  readonly part: number
}

/** The sound of one answer while it arrives. The dialect does not say how it is encoded: that was in the request. */
export class OpenAudio {
  readonly #at: At
  readonly #joiner = new AudioJoiner()
  readonly #late: Draft = {}

  constructor(at: At, audio: JsonObject, emit: Emit) {
    this.#at = at
    const id = asString(audio['id'])
    const ext = id === undefined ? undefined : extend({ id })
    emit({ type: 'part-start', ...at, head: { kind: 'media', mediaType: 'audio/*' }, ...ext })
  }

  /** Some hosts always send the field, with nothing in it (Snowflake, seen 2026-06). */
  static isBegun(audio: JsonObject): boolean {
    return ['id', 'data', 'transcript'].some((key) => typeof audio[key] === 'string' && audio[key] !== '')
  }

  add(audio: JsonObject, emit: Emit): void {
    const base64 = this.#joiner.add(asString(audio['data']) ?? '')
    const transcript = asString(audio['transcript']) ?? ''
    if (base64 !== '') emit({ type: 'media-delta', ...this.#at, base64 })
    if (transcript !== '') emit({ type: 'media-delta', ...this.#at, transcript })
    for (const [key, value] of Object.entries(audio)) if (!known.has(key) && value !== null) this.#late[key] = value
  }

  close(emit: Emit): void {
    const base64 = this.#joiner.end()
    if (base64 !== '') emit({ type: 'media-delta', ...this.#at, base64 })
    emit({ type: 'part-end', ...this.#at, ...extend(this.#late) })
  }
}

const known = new Set(['id', 'data', 'transcript'])
