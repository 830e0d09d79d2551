import type { Frame, Meter } from '../../ir/dialect.ts'
import type { Failure } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject, asString, parseObject } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import { decodeInnerFailure } from './decode-failure.ts'
import { readUsage } from './usage.ts'

/** Reads the few frames of a relayed stream that tell usage, the end or an error; the rest pass unparsed. */
export class MessageMeter implements Meter {
  readonly #provider: string
  usage: Usage | undefined
  finish: string | null = null
  failure: Failure | undefined
  isComplete = false

  constructor(provider: string) {
    this.#provider = provider
  }

  frame({ data }: Frame): void {
    if (!mayMatter(data)) return
    const event = parseObject(data)
    if (!event) return
    switch (event['type']) {
      case 'message_start':
        return this.#take(asObject(event['message']) ?? {}, asObject(event['message']) ?? {})
      case 'message_delta':
        return this.#take(event, asObject(event['delta']) ?? {})
      case 'message_stop':
        this.isComplete = true
        return
      default:
        if (event['error'] !== undefined) this.failure = decodeInnerFailure(event, this.#provider)
    }
  }

  #take(holder: JsonObject, end: JsonObject): void {
    const usage = asObject(holder['usage'])
    if (usage) this.usage = readUsage(usage, this.usage)
    this.finish = asString(end['stop_reason']) ?? this.finish
  }
}

/** Text inside the data has its quotes escaped, so these marks stand only where JSON itself wrote them. */
function mayMatter(data: string): boolean {
  return data.includes('"message_') || data.includes('"error"')
}
