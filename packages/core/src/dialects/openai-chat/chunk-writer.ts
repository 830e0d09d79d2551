import type { JsonObject } from '../../ir/json.ts'

/** What every chunk of one streamed answer repeats. */
export interface ChunkHead {
  readonly id: string
  readonly created: number
  readonly model: string
  /** Further top-level fields of the host's own: plain values, because they are repeated. */
  readonly fields: JsonObject
}

/**
 * Writes chunks as text. What repeats is made text once, because a chunk is written for every token: only the delta is
 * stringified each time.
 */
export class ChunkWriter {
  readonly #head: ChunkHead
  readonly #prefix: string

  constructor(head: ChunkHead) {
    this.#head = head
    const { id, created, model, fields } = head
    const all = JSON.stringify({ id, object: 'chat.completion.chunk', created, model, ...fields })
    this.#prefix = `data: ${all.slice(0, -1)},"choices":[`
  }

  /** The same answer with more to say at the top. */
  with(fields: JsonObject): ChunkWriter {
    return new ChunkWriter({ ...this.#head, fields: { ...this.#head.fields, ...fields } })
  }

  /** A chunk of one choice; `delta` is JSON text. */
  delta(choice: number, delta: string): string {
    return `${this.#prefix}{"index":${choice},"delta":${delta},"finish_reason":null}]}\n\n`
  }

  /** A chunk with more members in its choice, given as an object. */
  choice(index: number, members: JsonObject): string {
    return `${this.#prefix}${JSON.stringify({ index, delta: {}, finish_reason: null, ...members })}]}\n\n`
  }

  /** The chunk that tells the usage and nothing else. */
  usage(usage: JsonObject): string {
    return `${this.#prefix}],"usage":${JSON.stringify(usage)}}\n\n`
  }
}
