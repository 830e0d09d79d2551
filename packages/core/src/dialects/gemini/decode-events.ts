import type { CodecContext, EventDecoder, Frame, RequestOptions } from '../../ir/dialect.ts'
import type { Emit } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asObject, asObjects, asString, parseObject, rest } from '../../ir/read.ts'
import { blockReasonOf, CandidateDecoder, indexOf } from './decode-candidate.ts'
import { extend } from './own-fields.ts'
import type { GeminiQuirks } from './quirks.ts'
import { errorIn } from './read-failure.ts'
import { decodeUsage } from './usage.ts'

export function createDecoder({ context }: RequestOptions<GeminiQuirks>): ChunkDecoder {
  return new ChunkDecoder(context)
}

/**
 * Reads an answer: every chunk is a whole `GenerateContentResponse`, and a whole answer is one chunk. The dialect has no
 * last event. An answer is healthy when the body ended and every candidate seen has said its `finishReason`, or when
 * the prompt was blocked (`promptFeedback.blockReason`), which is a refusal: an answer that ends by `content-filter`
 * and has no content. A `finishReason` may be followed by more content, so nothing is finished before the body is.
 */
export class ChunkDecoder implements EventDecoder {
  readonly #context: CodecContext
  readonly #candidates = new Map<number, CandidateDecoder>()
  /** Top-level fields as the first chunk had them, and as later ones changed them. */
  #first: JsonObject | undefined
  readonly #later: Record<string, Json> = {}
  #usage: JsonObject | undefined
  #blockReason: string | undefined
  #isOver = false

  constructor(context: CodecContext) {
    this.#context = context
  }

  frame(frame: Frame, emit: Emit): void {
    const data = frame.data.trim()
    if (this.#isOver || data === '' || data === '[DONE]') return
    const chunk = parseObject(data)
    if (chunk) this.chunk(chunk, emit)
    else this.#fail(broken('The provider sent a chunk that is not JSON; the answer is not complete.'), emit)
  }

  /** One parsed chunk. */
  chunk(chunk: JsonObject, emit: Emit): void {
    if (this.#isOver) return
    const failure = errorIn(chunk, this.#context.provider)
    if (failure) return this.#fail(failure, emit)
    this.#begin(chunk, emit)
    this.#readUsage(asObject(chunk['usageMetadata']), emit)
    for (const candidate of asObjects(chunk['candidates'])) this.#candidate(indexOf(candidate)).read(candidate, emit)
    this.#blockReason ??= blockReasonOf(asObject(chunk['promptFeedback']))
  }

  end(emit: Emit): void {
    if (this.#isOver) return
    const problem = this.#problem()
    if (problem !== undefined) return this.#fail(broken(problem), emit)
    this.#isOver = true
    if (this.#candidates.size === 0) this.#candidate(0)
    const candidates = [...this.#candidates].toSorted(([left], [right]) => left - right).map(([, each]) => each)
    for (const candidate of candidates) candidate.close(emit)
    for (const candidate of candidates) candidate.finish(this.#blockReason, emit)
    if (this.#usage) emit({ type: 'usage', usage: decodeUsage(this.#usage) })
    emit({ type: 'end', ...extend(this.#later) })
  }

  #begin(chunk: JsonObject, emit: Emit): void {
    const fields = rest(chunk, 'candidates', 'usageMetadata', 'modelVersion', 'responseId')
    if (this.#first) return this.#keepLater(fields, this.#first)
    this.#first = fields ?? {}
    const id = asString(chunk['responseId']) ?? this.#context.newId('resp_')
    emit({ type: 'start', id, model: asString(chunk['modelVersion']) ?? '', ...extend(fields) })
  }

  #keepLater(fields: JsonObject | undefined, first: JsonObject): void {
    for (const [key, value] of Object.entries(fields ?? {})) {
      if (value !== undefined && (typeof value === 'object' ? first[key] === undefined : first[key] !== value)) {
        this.#later[key] = value
      }
    }
  }

  /** Counts repeat from chunk to chunk; only a change is an event. A chunk without counts takes none back. */
  #readUsage(usage: JsonObject | undefined, emit: Emit): void {
    const before = this.#usage
    if (!usage || (before && counted.every((key) => usage[key] === undefined))) return
    this.#usage = usage
    if (before && counted.every((key) => before[key] === usage[key])) return
    emit({ type: 'usage', usage: decodeUsage(usage) })
  }

  #candidate(index: number): CandidateDecoder {
    const known = this.#candidates.get(index)
    if (known) return known
    const candidate = new CandidateDecoder(index, this.#context)
    this.#candidates.set(index, candidate)
    return candidate
  }

  #problem(): string | undefined {
    if (!this.#first) return 'The provider sent no answer.'
    if (this.#blockReason !== undefined) return undefined
    if (this.#candidates.size === 0) return 'The provider sent an answer without any candidate.'
    const isCut = [...this.#candidates.values()].some((candidate) => !candidate.isFinished)
    return isCut ? 'The provider ended the answer before it was complete.' : undefined
  }

  #fail(failure: Failure, emit: Emit): void {
    this.#isOver = true
    emit({ type: 'error', failure })
  }
}

const counted = [
  'totalTokenCount',
  'promptTokenCount',
  'candidatesTokenCount',
  'thoughtsTokenCount',
  'toolUsePromptTokenCount',
]

function broken(message: string): Failure {
  return { kind: 'upstream-protocol', message, retry: 'other-target' }
}
