import type { Frame, Meter } from '../../ir/dialect.ts'
import type { Failure } from '../../ir/failure.ts'
import { asString, parseObject } from '../../ir/read.ts'
import { readInnerFailure } from '../../ir/upstream-failure.ts'
import type { Usage } from '../../ir/usage.ts'
import { readUsage } from './usage.ts'

/** Reads the last line of a stream that is passed through, and errors; the rest go by unparsed. */
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
    if (!data.includes('"done":true') && !data.includes('"error"')) return
    const line = parseObject(data)
    if (!line) return
    if (line['error'] !== undefined) this.failure = readInnerFailure(line, this.#provider)
    if (line['done'] !== true) return
    this.usage = readUsage(line)
    this.finish = asString(line['done_reason']) ?? null
    this.isComplete = this.failure === undefined
  }
}
