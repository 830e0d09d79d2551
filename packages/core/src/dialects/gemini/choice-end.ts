import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { TokenLogprob } from '../../ir/part.ts'
import type { Choice } from '../../ir/response.ts'
import type { AnswerPart } from './answer-part.ts'
import { contentOf, writeCandidateEnd } from './write-answer.ts'
import type { CitedText } from './write-grounding.ts'

/** What a streamed choice says in the last chunk: reason, sources, log probabilities. */
export class ChoiceEnd {
  readonly choice: number
  /** Something of this choice was sent before the last chunk. */
  hasContent = false
  finish: Choice['finish'] = { reason: 'other', raw: null }
  readonly #texts: CitedText[] = []
  readonly #logprobs: TokenLogprob[] = []
  #malformed: string | undefined

  constructor(choice: number) {
    this.choice = choice
  }

  /** Notes what a complete part leaves to say. */
  add({ whole, malformed }: AnswerPart): void {
    this.#malformed ??= malformed
    if (whole?.kind !== 'text') return
    const { text, citations, logprobs } = whole
    if (citations) this.#texts.push({ text, citations, partIndex: undefined })
    if (logprobs) this.#logprobs.push(...logprobs)
  }

  candidate(lose: Lose): JsonObject {
    const { choice, finish } = this
    const end = { choice, finish, texts: this.#texts, logprobs: this.#logprobs, malformed: this.#malformed }
    return { content: contentOf(this.hasContent ? [{ text: '' }] : [], finish), ...writeCandidateEnd(end, lose) }
  }
}
