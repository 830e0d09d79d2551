import type { Frame, Meter } from '../../ir/dialect.ts'
import type { Failure } from '../../ir/failure.ts'
import { asObject, asString, parseObject } from '../../ir/read.ts'
import { readInnerFailure } from '../../ir/upstream-failure.ts'
import type { Usage } from '../../ir/usage.ts'
import { brokenBy } from './finish.ts'
import { readUsage } from './usage.ts'

/** Reads the last event of a stream that is passed through, and errors; the rest go by unparsed. */
export class ChatMeter implements Meter {
  readonly #provider: string
  usage: Usage | undefined
  finish: string | null = null
  failure: Failure | undefined
  isComplete = false

  constructor(provider: string) {
    this.#provider = provider
  }

  frame({ data }: Frame): void {
    // Quotes inside text are escaped, so these marks stand only where JSON itself wrote them.
    const isEnd = data.includes('"message-end"')
    if (!isEnd && !data.includes('"error"')) return
    const event = parseObject(data)
    if (!event) return
    if (!isEnd) {
      this.failure = readInnerFailure(event, this.#provider)
      return
    }
    const end = asObject(event['delta']) ?? {}
    this.usage = readUsage(asObject(end['usage']) ?? {}) ?? this.usage
    this.finish = asString(end['finish_reason']) ?? null
    this.failure = brokenBy(this.finish, asString(end['error']))
    this.isComplete = this.failure === undefined
  }
}
