import { textToArgs } from '../../ir/custom-tool.ts'
import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Seal } from '../../ir/part.ts'
import { writeCitation } from './citation.ts'
import { dialect } from './own-fields.ts'
import type { PartEvent } from './part-line.ts'
import { type BlockHead, joinSeals, redactedBlock, sealText, startBlock } from './start-block.ts'

/** What writing blocks needs of the stream they stand in. */
export interface StreamPlace {
  /** The number of the next block; blocks are counted as they are written, parts may be none or two of them. */
  readonly takeIndex: () => number
  readonly lose: Lose
}

type Start = Extract<PartEvent, { type: 'part-start' }>
type Delta = Exclude<PartEvent, { type: 'part-start' | 'part-end' }>

/** Writes the one part that is open. */
export class StreamBlock {
  readonly #place: StreamPlace
  readonly #at: string
  readonly #head: BlockHead['head']
  readonly #ext: Start['ext']
  /** Everything of a delta event up to its text; '' while no block is open on the wire. */
  #prefix = ''
  #index = -1
  #seal: Seal | undefined
  /** Text that can only be written whole. */
  #held = ''

  constructor({ part, head, ext }: Start, place: StreamPlace) {
    this.#place = place
    this.#at = `parts[${part}]`
    this.#head = head
    this.#ext = ext
    if ('seal' in head) this.#seal = head.seal
  }

  /** The start of the block; '' for one that is written later or not at all. */
  start(): string {
    const { kind } = this.#head
    if (kind === 'media' || this.#isRedacted) return ''
    const block = startBlock({ head: this.#head, ext: this.#ext })
    if (block) return this.#open(block)
    this.#place.lose({ path: this.#at, why: `a ${kind} part only another dialect knows` })
    return ''
  }

  delta(event: Delta): string {
    switch (event.type) {
      case 'text-delta':
        return this.#write('{"type":"text_delta","text":', event.text)
      case 'reasoning-delta':
        return this.#write('{"type":"thinking_delta","thinking":', event.text)
      case 'args-delta':
        return this.#args(event.json)
      case 'citation':
        return this.#citation(event)
      case 'seal-delta':
        return this.#sealDelta(event.seal)
      case 'media-delta':
        return this.#media(event)
      case 'opaque-delta':
        return this.#opaque(event)
      case 'logprobs':
        this.#place.lose({ path: `${this.#at}.logprobs`, why: 'answers tell no probabilities here' })
        return ''
      default:
        return event satisfies never
    }
  }

  end(): string {
    if (this.#isRedacted) return this.#whole(redactedBlock(this.#seal, this.#ext))
    let text = ''
    if (this.#held !== '') text += this.#write('{"type":"input_json_delta","partial_json":', textToArgs(this.#held))
    const isForeign = this.#seal !== undefined && this.#seal.dialect !== dialect
    if (this.#head.kind === 'reasoning' && this.#seal && (isForeign || this.#head.seal)) {
      text += this.#write('{"type":"signature_delta","signature":', sealText(this.#seal))
    }
    text += this.#close()
    // A signed text has no field for its seal here; an unreadable thought after it carries the seal home.
    const isText = this.#head.kind === 'text' || this.#head.kind === 'refusal'
    return isText && isForeign ? text + this.#whole(redactedBlock(this.#seal)) : text
  }

  get #isRedacted(): boolean {
    return this.#head.kind === 'reasoning' && this.#head.form === 'redacted'
  }

  #args(json: string): string {
    if (this.#head.kind !== 'tool-call' || this.#head.form !== 'text') {
      return this.#write('{"type":"input_json_delta","partial_json":', json)
    }
    this.#held += json
    return ''
  }

  #citation({ citation }: Extract<Delta, { type: 'citation' }>): string {
    if (citation.span) this.#place.lose({ path: `${this.#at}.citations.span`, why: 'a block is cited as a whole here' })
    if (this.#prefix === '') return ''
    return `${this.#prefix}${JSON.stringify({ type: 'citations_delta', citation: writeCitation(citation) })}}\n\n`
  }

  /** Our own signature goes out as it comes, in pieces; another's is wrapped when it is whole. */
  #sealDelta(seal: Seal): string {
    const { kind } = this.#head
    if (seal.dialect === dialect && kind === 'reasoning' && !this.#isRedacted) {
      return this.#write('{"type":"signature_delta","signature":', seal.data)
    }
    this.#seal = joinSeals(this.#seal, seal)
    if (kind === 'tool-call' || kind === 'opaque' || kind === 'media') {
      this.#place.lose({ path: `${this.#at}.seal`, why: 'it came after the field that could have carried it' })
    }
    return ''
  }

  /** An answer here has no sound or picture, but what a sound says can be read. */
  #media({ transcript }: Extract<Delta, { type: 'media-delta' }>): string {
    this.#place.lose({ path: this.#at, why: 'answers hold no sound or picture here' })
    if (transcript === undefined) return ''
    const start = this.#prefix === '' ? this.#open({ type: 'text', text: '' }) : ''
    return start + this.#write('{"type":"text_delta","text":', transcript)
  }

  #opaque(event: Extract<Delta, { type: 'opaque-delta' }>): string {
    if (event.dialect === dialect && this.#prefix !== '') return `${this.#prefix}${JSON.stringify(event.value)}}\n\n`
    if (event.dialect !== dialect) this.#place.lose({ path: this.#at, why: `a piece only ${event.dialect} knows` })
    return ''
  }

  #write(before: string, text: string): string {
    return this.#prefix === '' ? '' : `${this.#prefix}${before}${JSON.stringify(text)}}}\n\n`
  }

  #whole(block: JsonObject): string {
    return this.#open(block) + this.#close()
  }

  #open(block: JsonObject): string {
    this.#index = this.#place.takeIndex()
    this.#prefix = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.#index},"delta":`
    const start = { type: 'content_block_start', index: this.#index, content_block: block }
    return `event: content_block_start\ndata: ${JSON.stringify(start)}\n\n`
  }

  #close(): string {
    if (this.#prefix === '') return ''
    this.#prefix = ''
    return `event: content_block_stop\ndata: {"type":"content_block_stop","index":${this.#index}}\n\n`
  }
}
