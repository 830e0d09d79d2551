import type { JsonObject } from '../../ir/json.ts'
import type { ReasoningPart } from '../../ir/part.ts'
import { asArray, asObject } from '../../ir/read.ts'
import type { Message } from '../../ir/request.ts'
import { opensFor } from '../../ir/seal.ts'
import { detailOf, fillDetail } from './reasoning-details.ts'
import { thinkingChunk } from './text-writer.ts'
import type { Draft } from './wire.ts'
import { dialect, own } from './wire.ts'
import type { Writing } from './write-parts.ts'

/**
 * Collects earlier thinking of one assistant message: as details where the provider made it, and as text in the field
 * that the client used or that the provider wants it back in. Most providers want none.
 */
export class ReasoningWriter {
  readonly #writing: Writing
  readonly #fields: readonly string[]
  /** DeepSeek wants the field back even when it was empty (api-docs.deepseek.com, seen 2026-07). */
  readonly #isNoted: boolean
  readonly #details: JsonObject[] = []
  #text = ''

  constructor(message: Message, writing: Writing) {
    this.#writing = writing
    const noted = asArray(own(message.ext)['$fields'])?.filter((each) => typeof each === 'string')
    this.#isNoted = noted !== undefined
    this.#fields = noted ?? this.#quirkFields()
  }

  /** Takes one part. The answer is a content part, where the provider keeps thinking among the content. */
  add(part: ReasoningPart, path: string): JsonObject | undefined {
    const detail = this.#detail(part)
    if (detail) this.#details.push(detail)
    if (part.text === '') return undefined
    if (own(part.ext)['$field'] === 'thinking' || this.#writing.quirks.replayReasoning === 'thinking') {
      return writeThinking(part)
    }
    if (this.#fields.length > 0) this.#text += part.text
    else if (!detail) this.#writing.lose({ path, why: 'this provider takes no earlier thinking back' })
    return undefined
  }

  /** The fields to put beside the content. */
  fields(): Draft {
    const fields: Draft = {}
    for (const field of this.#fields) if (this.#isNoted || this.#text !== '') fields[field] = this.#text
    if (this.#details.length > 0) fields['reasoning_details'] = this.#details
    return fields
  }

  #detail(part: ReasoningPart): JsonObject | undefined {
    if (part.seal && !opensFor(part.seal, dialect, this.#writing.provider)) return undefined
    const frame = detailOf(part)
    return frame && fillDetail(frame, part.text)
  }

  #quirkFields(): readonly string[] {
    const { replayReasoning } = this.#writing.quirks
    return replayReasoning === 'none' || replayReasoning === 'thinking' ? [] : [replayReasoning]
  }
}

function writeThinking({ text, ext }: ReasoningPart): JsonObject {
  return { ...thinkingChunk(text), ...asObject(own(ext)['$more']) }
}
