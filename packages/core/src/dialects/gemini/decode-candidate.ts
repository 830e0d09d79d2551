import type { CodecContext } from '../../ir/dialect.ts'
import type { Emit, FinishReason } from '../../ir/event.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asObject, asObjects, asString, rest } from '../../ir/read.ts'
import { decodeFinish, readFinishWord } from './finish.ts'
import { readLogprobs } from './logprobs.ts'
import { OpenParts } from './open-parts.ts'
import { extend } from './own-fields.ts'
import { Grounding, joinLists } from './read-grounding.ts'

/** One of the n answers, read chunk by chunk. */
export class CandidateDecoder {
  readonly #choice: number
  readonly #parts: OpenParts
  /** What the candidate said beside its content, the latest of each. */
  #fields: Record<string, Json> = {}
  #word: string | undefined

  constructor(choice: number, context: CodecContext) {
    this.#choice = choice
    this.#parts = new OpenParts(choice, context)
  }

  /** The API has said how this answer ended; more content may still come (a tool that Google ran itself). */
  get isFinished(): boolean {
    return this.#word !== undefined
  }

  read(candidate: JsonObject, emit: Emit): void {
    this.#keep(candidate)
    const content = asObject(candidate['content'])
    for (const part of asObjects(content?.['parts'])) this.#parts.add(part, emit)
    const logprobs = asObject(candidate['logprobsResult'])
    if (logprobs) this.#parts.logprobs(readLogprobs(logprobs), emit)
    this.#word = readFinishWord(candidate['finishReason']) ?? this.#word
  }

  /** The answer is over: ends what is open. */
  close(emit: Emit): void {
    this.#parts.close(emit)
  }

  /** `blockReason` stands in where the prompt was blocked before this answer said how it ends. */
  finish(blockReason: string | undefined, emit: Emit): void {
    const raw = this.#word ?? blockReason ?? null
    const reason: FinishReason =
      this.#word === undefined ? 'content-filter' : decodeFinish(this.#word, this.#parts.hasClientCalls)
    emit({ type: 'finish', choice: this.#choice, reason, raw, ...extend(this.#fields) })
  }

  #keep(candidate: JsonObject): void {
    let isNew = false
    for (const [key, value] of Object.entries(candidate)) {
      if (value === undefined || key === 'index' || key === 'finishReason') continue
      const kept = key === 'content' ? rest(asObject(value) ?? {}, 'parts', 'role') : value
      if (kept === undefined) continue
      this.#fields[key] =
        key === 'logprobsResult' ? joinLogprobs(this.#fields[key], value) : latest(this.#fields[key], kept)
      isNew ||= key === 'groundingMetadata' || key === 'citationMetadata'
    }
    if (isNew) this.#parts.grounding = new Grounding(this.#fields)
  }
}

/** Of an object each field's latest value; chunks before the last often hold an empty one. */
function latest(earlier: Json | undefined, later: Json): Json {
  const before = asObject(earlier)
  const after = asObject(later)
  return before && after ? { ...before, ...after } : later
}

function joinLogprobs(earlier: Json | undefined, later: Json): Json {
  const before = asObject(earlier)
  const after = asObject(later)
  if (!before || !after) return later
  const lists = ['chosenCandidates', 'topCandidates'].filter(
    (key) => before[key] !== undefined || after[key] !== undefined,
  )
  return { ...before, ...after, ...Object.fromEntries(lists.map((key) => [key, joinLists(before[key], after[key])])) }
}

/** Which of the answers a candidate belongs to; Vertex AI leaves the first one's index out. */
export function indexOf(candidate: JsonObject): number {
  const index = candidate['index']
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < 128 ? index : 0
}

/** The reason a prompt was blocked, when one is really given. */
export function blockReasonOf(feedback: JsonObject | undefined): string | undefined {
  const reason = asString(feedback?.['blockReason'])
  return reason === undefined || reason === '' || reason.endsWith('_UNSPECIFIED') ? undefined : reason
}
