import type { Lose } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { TokenLogprob } from '../../ir/part.ts'
import type { Choice } from '../../ir/response.ts'
import type { PartDelta } from './answer-part.ts'
import { AnswerPart } from './answer-part.ts'
import type { SealedThought } from './signature.ts'
import { isCarried } from './signature.ts'
import { contentOf, writeCandidateEnd } from './write-answer.ts'
import type { CitedText } from './write-grounding.ts'

/** A part whose turn has not come: what it has to send so far, and whether that is all. */
interface Lane {
  readonly part: AnswerPart
  held: string
  isEnded: boolean
}

/**
 * One choice of a streamed answer. Clients put the texts of chunks one after the other, so the parts go out in their
 * order: what a later part says waits until the earlier ones have ended.
 */
export class ChoiceWriter {
  readonly choice: number
  /** Something of this choice was sent before the last chunk. */
  hasContent = false
  finish: Choice['finish'] = { reason: 'other', raw: null }
  readonly #lose: Lose
  readonly #lanes = new Map<number, Lane>()
  /** The part whose turn it is. */
  #front = 0
  readonly #texts: CitedText[] = []
  readonly #logprobs: TokenLogprob[] = []
  #malformed: string | undefined
  #hasCalls = false
  /** Thoughts with foreign seals since the last call. */
  #thoughts: readonly SealedThought[] = []

  constructor(choice: number, lose: Lose) {
    this.choice = choice
    this.#lose = lose
  }

  start(event: Extract<StreamEvent, { type: 'part-start' }>): void {
    this.#lanes.set(event.part, { part: new AnswerPart(event, this.#lose), held: '', isEnded: false })
  }

  /** The wire parts to send now, as JSON text with commas between, or `''`. */
  add(event: PartDelta | Extract<StreamEvent, { type: 'part-end' }>): string {
    const lane = this.#lanes.get(event.part)
    if (!lane) return ''
    const isEnd = event.type === 'part-end'
    const written = isEnd ? lane.part.end(event, this.#thoughts) : lane.part.add(event)
    if (isEnd) {
      lane.isEnded = true
      this.#note(lane.part)
    }
    if (event.part !== this.#front) lane.held = join(lane.held, written)
    return this.#sent(event.part === this.#front ? join(written, isEnd ? this.#advance() : '') : '')
  }

  /** This choice as the last chunk tells it. */
  end(): JsonObject {
    const { choice, finish } = this
    const end = {
      choice,
      finish,
      texts: this.#texts,
      logprobs: this.#logprobs,
      malformed: this.#malformed,
      hasCalls: this.#hasCalls,
    }
    const content = contentOf(this.hasContent ? [{ text: '' }] : [], finish)
    return { content, ...writeCandidateEnd(end, this.#lose) }
  }

  #sent(written: string): string {
    this.hasContent ||= written !== ''
    return written
  }

  /** What the parts after an ended one had to hold back. */
  #advance(): string {
    let released = ''
    for (let lane = this.#lanes.get(this.#front); lane?.isEnded; lane = this.#lanes.get(this.#front)) {
      this.#lanes.delete(this.#front++)
      const next = this.#lanes.get(this.#front)
      if (!next) break
      released = join(released, next.held)
      next.held = ''
    }
    return released
  }

  /** What a complete part leaves to say at the end. */
  #note({ whole, malformed }: AnswerPart): void {
    this.#malformed ??= malformed
    if (whole && isCarried(whole)) this.#thoughts = [...this.#thoughts, whole]
    else if (whole?.kind === 'tool-call') this.#thoughts = []
    this.#hasCalls ||= whole?.kind === 'tool-call' && malformed === undefined
    if (whole?.kind !== 'text') return
    const { text, citations, logprobs } = whole
    if (citations) this.#texts.push({ text, citations, partIndex: undefined })
    if (logprobs) this.#logprobs.push(...logprobs)
  }
}

function join(left: string, right: string): string {
  return left === '' || right === '' ? left + right : `${left},${right}`
}
