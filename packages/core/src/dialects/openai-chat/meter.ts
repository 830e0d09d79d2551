import type { Frame, Meter, RequestOptions } from '../../ir/dialect.ts'
import type { Failure } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject, asObjects, asString, parseObject } from '../../ir/read.ts'
import type { Usage } from '../../ir/usage.ts'
import { findInnerFailure } from './inner-failure.ts'
import type { OpenAiChatQuirks } from './quirks.ts'
import { decodeUsage } from './usage.ts'

/** What a frame worth parsing holds. Quotes inside a JSON string are escaped, so a model's text never matches. */
const marks = /"usage"\s*:\s*\{|"finish_reason"\s*:\s*"|"error"|"detail"|"errors"/

/** Watches relayed frames; all but the last few are only searched. */
export function createMeter({ quirks, context }: RequestOptions<OpenAiChatQuirks>): Meter {
  return new ChatMeter(context.provider, quirks.doneMarker === 'optional')
}

class ChatMeter implements Meter {
  readonly #provider: string
  readonly #mayLackDone: boolean
  #isDone = false
  usage: Usage | undefined
  finish: string | null = null
  failure: Failure | undefined

  constructor(provider: string, mayLackDone: boolean) {
    this.#provider = provider
    this.#mayLackDone = mayLackDone
  }

  get isComplete(): boolean {
    if (this.failure) return false
    return this.#isDone || (this.#mayLackDone && this.finish !== null)
  }

  get mayGoOn(): boolean {
    return !this.#isDone
  }

  frame({ event, data }: Frame): void {
    if (this.#isDone || this.failure) return
    if (data.length < 16 && data.trim() === '[DONE]') this.#isDone = true
    else if (event === 'error' || marks.test(data)) this.#read(parseObject(data), event)
  }

  #read(chunk: JsonObject | undefined, event: string | undefined): void {
    const body = chunk ?? (event === 'error' ? { error: 'The provider sent an error event.' } : undefined)
    if (!body) return
    this.failure = findInnerFailure(body, event, this.#provider)
    const wire = asObject(body['usage']) ?? asObject(asObject(body['x_groq'])?.['usage'])
    this.usage = (wire && decodeUsage(wire)) ?? this.usage
    for (const choice of asObjects(body['choices'])) this.finish = asString(choice['finish_reason']) || this.finish
  }
}
