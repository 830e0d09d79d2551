import type { Frame, Meter } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import type { Usage } from '../../ir/usage.ts'
import { ConverseDecoder } from './decode-events.ts'

/** Frames that tell usage, the end or what went wrong; the many others hold text alone. */
const telling: ReadonlySet<string> = new Set(['messageStart', 'messageStop', 'metadata', 'error'])

/** Learns what the bill and the log need of a stream that is passed through. */
export class ConverseMeter implements Meter {
  readonly #decoder: ConverseDecoder
  usage: Usage | undefined
  finish: string | null = null
  failure: Failure | undefined
  isComplete = false

  constructor(provider: string) {
    this.#decoder = new ConverseDecoder(provider, () => '')
  }

  frame(frame: Frame): void {
    if (telling.has(frame.event ?? '')) this.#decoder.frame(frame, this.#take)
  }

  readonly #take = (event: StreamEvent): void => {
    if (event.type === 'usage') this.usage = event.usage
    else if (event.type === 'finish') this.finish = event.raw
    else if (event.type === 'error') this.failure = event.failure
    else if (event.type === 'end') this.isComplete = true
  }
}
