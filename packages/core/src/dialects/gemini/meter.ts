import type { Frame, Meter, RequestOptions } from '../../ir/dialect.ts'
import type { Failure } from '../../ir/failure.ts'
import { asObject, asObjects, parseObject } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import { blockReasonOf, indexOf } from './decode-candidate.ts'
import { readFinishWord } from './finish.ts'
import type { GeminiQuirks } from './quirks.ts'
import { errorIn } from './read-failure.ts'
import { decodeUsage } from './usage.ts'

export function createMeter({ context }: RequestOptions<GeminiQuirks>): Meter {
  return new ChunkMeter(context.provider)
}

/** A second candidate: rare enough to be worth a look, so that an answer of several is not complete after the first. */
const secondIndex = /"index":\s*[1-9]/

/**
 * Every chunk repeats the usage so far, so only the chunks that end something are parsed. Usage of an answer that is
 * cut before them stays unknown.
 */
class ChunkMeter implements Meter {
  usage: Usage | undefined
  finish: string | null = null
  failure: Failure | undefined
  readonly #provider: string
  readonly #open = new Set<number>()
  readonly #done = new Set<number>()
  #isBlocked = false

  constructor(provider: string) {
    this.#provider = provider
  }

  get isComplete(): boolean {
    if (this.failure) return false
    return this.#isBlocked || (this.#done.size > 0 && [...this.#open].every((index) => this.#done.has(index)))
  }

  frame({ data }: Frame): void {
    if (this.failure || !isTelling(data)) return
    const chunk = parseObject(data)
    if (!chunk) return
    this.failure = errorIn(chunk, this.#provider)
    const usage = asObject(chunk['usageMetadata'])
    if (usage) this.usage = decodeUsage(usage)
    for (const candidate of asObjects(chunk['candidates'])) {
      const index = indexOf(candidate)
      const word = readFinishWord(candidate['finishReason'])
      this.#open.add(index)
      if (word === undefined) continue
      this.#done.add(index)
      if (index === 0) this.finish = word
    }
    const blockReason = blockReasonOf(asObject(chunk['promptFeedback']))
    this.#isBlocked ||= blockReason !== undefined
    this.finish ??= blockReason ?? null
  }
}

function isTelling(data: string): boolean {
  if (data.includes('"finishReason"') || data.includes('"blockReason"') || data.includes('"error"')) return true
  return secondIndex.test(data)
}
