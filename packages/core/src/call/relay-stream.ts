import type { Frame, Meter, RelayRules } from '../ir/dialect.ts'
import type { Failure } from '../ir/failure.ts'
import type { JsonObject } from '../ir/json.ts'
import type { Usage } from '../ir/usage.ts'
import type { Provider } from '../providers/provider.ts'
import { createSseReader, FrameTooLarge, usualFrameChars } from '../upstream/read-frames.ts'
import type { ClientCall } from './client-call.ts'
import type { StreamTranscoder } from './exchange.ts'
import { holdsSecret, scrubFailure, scrubSecrets } from './scrub.ts'

interface RelayStreamParts {
  readonly meter: Meter
  readonly rules: RelayRules
  /** The request as the client sent it. */
  readonly body: JsonObject
  readonly call: ClientCall
  /** Whose secrets an error must not tell. */
  readonly provider: Provider
}

/** Bytes of an unfinished frame are held until it is whole, up to this many; then they go out as they come. */
const heldLimitBytes = 64 * 1024
const nothing = new Uint8Array(0)

/**
 * Forwards whole frames the moment they are there. A frame is looked into only when its text bears one of the
 * dialect's marks. Because half a frame is held back, an error event of ours can always follow cleanly.
 */
export class RelayStream implements StreamTranscoder {
  readonly #meter: Meter
  readonly #rules: RelayRules
  readonly #body: JsonObject
  readonly #call: ClientCall
  readonly #provider: Provider
  readonly #decoder = new TextDecoder()
  #held: Uint8Array = nothing
  #scanned = ''
  #failure: Failure | undefined
  isBetweenFrames = true

  constructor({ meter, rules, body, call, provider }: RelayStreamParts) {
    this.#meter = meter
    this.#rules = rules
    this.#body = body
    this.#call = call
    this.#provider = provider
  }

  get usage(): Usage | undefined {
    return this.#meter.usage
  }

  get finish(): string | null {
    return this.#meter.finish
  }

  get failure(): Failure | undefined {
    const told = this.#meter.failure
    if (told) this.#failure ??= scrubFailure(told, this.#provider)
    return this.#failure
  }

  get isOver(): boolean {
    return this.#meter.isComplete && this.#meter.mayGoOn !== true && !this.#rules.endsAtClose
  }

  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.#held.length === 0 ? chunk : concat(this.#held, chunk)
    const end = endOfFrames(bytes)
    this.#held = end === bytes.length ? nothing : bytes.slice(end)
    if (end === 0) return this.#held.length > heldLimitBytes ? this.#giveUpHolding() : nothing
    const whole = end === bytes.length ? bytes : bytes.subarray(0, end)
    this.isBetweenFrames = true
    return this.#meterFrames(whole)
  }

  end(): string | Uint8Array {
    const last = this.#held
    this.#held = nothing
    const text = last.length === 0 ? '' : this.#decoder.decode(last)
    if (last.length > 0) this.#readFrames(this.#scanned + text, undefined)
    if (this.#meter.isComplete || this.failure) return this.#mustScrub(text) ? this.#scrub(text) : last
    this.#failure = cutShort
    return this.#call.codec.encodeStreamFailure(cutShort, this.#call.framing)
  }

  fail(failure: Failure): string {
    this.#failure ??= failure
    const separator = this.isBetweenFrames ? '' : '\n\n'
    return separator + this.#call.codec.encodeStreamFailure(failure, this.#call.framing)
  }

  /** A frame too large to hold: what is held goes out, and the frame's text is kept for the meter alone. */
  #giveUpHolding(): Uint8Array {
    const out = this.#held
    this.#held = nothing
    this.#scanned += this.#decoder.decode(out, { stream: true })
    if (this.#scanned.length > usualFrameChars)
      throw new FrameTooLarge(`an event of over ${usualFrameChars} characters`)
    this.isBetweenFrames = false
    return out
  }

  #meterFrames(bytes: Uint8Array): Uint8Array {
    const text = this.#scanned === '' ? this.#decoder.decode(bytes) : this.#scanned + this.#decoder.decode(bytes)
    const isWhole = this.#scanned === ''
    this.#scanned = ''
    const mark = text.search(this.#rules.marks)
    if (mark < 0) return bytes
    // What stands before the first frame with a mark is of no interest to the meter.
    const from = startOfFrame(text, mark)
    const frames: Frame[] = []
    const dropped = this.#readFrames(from === 0 ? text : text.slice(from), frames)
    if (!isWhole) return bytes
    const sent = dropped ? text.slice(0, from) + frames.map(writeFrame).join('') : text
    if (this.#mustScrub(sent)) return this.#scrub(sent)
    return dropped ? new TextEncoder().encode(sent) : bytes
  }

  /** An error may repeat what the provider was sent, whether it is one we understand or not. */
  #mustScrub(text: string): boolean {
    return this.#meter.failure !== undefined || holdsSecret(text, this.#provider)
  }

  #scrub(text: string): Uint8Array {
    return new TextEncoder().encode(scrubSecrets(text, this.#provider))
  }

  /** Meters every frame; `kept` receives those the client asked for. True when one was left out. */
  #readFrames(text: string, kept: Frame[] | undefined): boolean {
    let isDropped = false
    const reader = createSseReader({
      onFrame: (frame) => {
        this.#meter.frame(frame)
        if (kept && this.#rules.isUnasked(frame, this.#body)) isDropped = true
        else kept?.push(frame)
      },
    })
    reader.pushText(text)
    reader.end()
    return isDropped
  }
}

const cutShort: Failure = {
  kind: 'upstream-protocol',
  message: 'The provider ended the stream before its last event; the answer is not complete.',
  retry: 'other-target',
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length)
  both.set(left)
  both.set(right, left.length)
  return both
}

/** Offset just after the last blank line; 0 when no frame is whole yet. */
function endOfFrames(bytes: Uint8Array): number {
  for (let at = bytes.length - 1; at > 0; at--) {
    if (bytes[at] !== 10 && bytes[at] !== 13) continue
    const before = bytes[at - 1]
    if (before === bytes[at]) return at + 1
    if (bytes[at] === 10 && before === 13 && at >= 3 && bytes[at - 2] === 10 && bytes[at - 3] === 13) return at + 1
  }
  return 0
}

/** Where the frame begins that this place lies in: after the blank line before it, or at the start of the text. */
function startOfFrame(text: string, place: number): number {
  for (let at = place; at > 1; at--) {
    const last = text.charCodeAt(at - 1)
    if (last !== 10 && last !== 13) continue
    const before = text.charCodeAt(at - 2)
    if (before === last || (last === 10 && before === 13 && text.charCodeAt(at - 3) === 10)) return at
  }
  return 0
}

function writeFrame({ event, data }: Frame): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${data.replaceAll('\n', '\ndata: ')}\n\n`
}
