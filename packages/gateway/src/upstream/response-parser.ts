import { ChunkedBody } from '../http/chunked-body.ts'
import { maxHeadBytes } from '../http/header-lines.ts'
import type { ParseFault } from '../http/parse-fault.ts'
import { viewBytes } from '../http/view-bytes.ts'
import { type Framing, parseHead, type ResponseHead } from './response-head.ts'

/** Where a parser puts what it finds, in this order: one head, any number of bodies, at most one end. */
export interface ResponseSink {
  onHead(head: ResponseHead): void
  /** A piece of the body, never empty. It lies in the memory of the pushed bytes and may be kept. */
  onBody(bytes: Uint8Array): void
  /** The whole body is this part of one read. False, and it comes through `onBody`. */
  onWholeBody(bytes: Buffer, start: number, end: number): boolean
  /** The answer is whole. What comes after it is `surplus`. */
  onEnd(): void
}

type State = 'head' | 'length' | 'chunked' | 'until-close' | 'end'

/** More interim (1xx) answers than this before the real one are an attack. */
const maxInterim = 8

/**
 * Reads one HTTP/1.1 answer, however its bytes are cut; made per answer. The pushed bytes become the parser's: it
 * decodes chunks in place and hands out slices of them.
 */
export class ResponseParser {
  readonly #sink: ResponseSink
  readonly #isHead: boolean
  #state: State = 'head'
  #headBytes: Buffer | undefined
  #headLength = 0
  #length = 0
  #left = 0
  #interim = 0
  #chunked: ChunkedBody | undefined

  /** Bytes came after the end of the answer: the connection must not be used again. */
  hasSurplus = false

  /** `isHead`: the request was a HEAD, whose answer has no body whatever its headers say (RFC 9112 section 6.3). */
  constructor(sink: ResponseSink, isHead = false) {
    this.#sink = sink
    this.#isHead = isHead
  }

  /** Feeds what one read brought. Whatever is returned is final: nothing may be pushed after it. */
  push(bytes: Buffer): ParseFault | undefined {
    return this.#state === 'head' ? this.#pushHead(bytes) : this.#pushBody(bytes, 0)
  }

  /** The peer closed its side in good order. True when that was the end of the answer. */
  close(): boolean {
    if (this.#state !== 'until-close') return this.#state === 'end'
    this.#end()
    return true
  }

  #pushHead(bytes: Buffer): ParseFault | undefined {
    const earlier = this.#headLength
    const all = earlier === 0 ? bytes : this.#keepHead(bytes)
    const size = earlier + bytes.length
    const end = all.indexOf('\r\n\r\n', Math.max(0, earlier - 3), 'latin1')
    if (end < 0 || end > size - 4) return this.#awaitHead(all, size)
    if (end > maxHeadBytes) return headTooLarge
    this.#headBytes = undefined
    this.#headLength = 0
    const head = parseHead(all.toString('latin1', 0, end))
    if ('message' in head) return head
    const rest = end + 4 - earlier
    if (head.status >= 200) return this.#start(head, bytes, rest)
    if (head.status === 101) return { kind: 'protocol', message: 'A switch of protocol that was not asked for.' }
    if (++this.#interim > maxInterim) return { kind: 'protocol', message: 'Too many interim answers.' }
    return rest < bytes.length ? this.#pushHead(bytes.subarray(rest)) : undefined
  }

  /** The head is not whole yet: keeps it, unless it can no longer become one. */
  #awaitHead(all: Buffer, size: number): ParseFault | undefined {
    if (size - 3 > maxHeadBytes) return headTooLarge
    const lf = all.indexOf(10)
    if (lf === 0 || (lf > 0 && lf < size && all[lf - 1] !== 13))
      return { kind: 'protocol', message: 'A line of the head ends without CR.' }
    if (this.#headLength === 0) this.#keepHead(all)
    this.#headLength = size
    return undefined
  }

  /** Appends to the kept head, in memory that doubles, so a head that drips in costs no more than its size. */
  #keepHead(bytes: Buffer): Buffer {
    const size = this.#headLength + bytes.length
    let kept = this.#headBytes
    if (!kept || kept.length < size) {
      const grown = Buffer.alloc(Math.max(1024, size * 2))
      if (kept) kept.copy(grown, 0, 0, this.#headLength)
      kept = grown
      this.#headBytes = grown
    }
    bytes.copy(kept, this.#headLength)
    return kept
  }

  #start(head: ResponseHead, bytes: Buffer, at: number): ParseFault | undefined {
    const framing: Framing = this.#isHead ? withoutBody : head.framing
    this.#sink.onHead(framing === head.framing ? head : { ...head, framing })
    switch (framing.kind) {
      case 'none':
        this.#end()
        break
      case 'length':
        this.#length = framing.bytes
        this.#left = framing.bytes
        this.#state = 'length'
        if (framing.bytes === 0) this.#end()
        break
      case 'chunked':
        this.#chunked = new ChunkedBody()
        this.#state = 'chunked'
        break
      case 'until-close':
        this.#state = 'until-close'
        break
      default:
        framing satisfies never
    }
    return at < bytes.length ? this.#pushBody(bytes, at) : undefined
  }

  #pushBody(bytes: Buffer, at: number): ParseFault | undefined {
    switch (this.#state) {
      case 'length':
        return this.#pushLength(bytes, at)
      case 'chunked':
        return this.#pushChunked(bytes, at)
      case 'until-close':
        this.#sink.onBody(at === 0 ? bytes : bytes.subarray(at))
        return undefined
      default:
        this.hasSurplus = true
        return undefined
    }
  }

  #pushLength(bytes: Buffer, at: number): undefined {
    const count = Math.min(this.#left, bytes.length - at)
    this.#left -= count
    this.hasSurplus = at + count < bytes.length
    const isWhole = this.#left === 0 && count === this.#length
    if (!isWhole || !this.#sink.onWholeBody(bytes, at, at + count))
      this.#sink.onBody(count === bytes.length ? bytes : viewBytes(bytes, at, at + count))
    if (this.#left === 0) this.#end()
  }

  #pushChunked(bytes: Buffer, at: number): ParseFault | undefined {
    const piece = this.#chunked?.push(bytes, at)
    if (!piece) return undefined
    if ('message' in piece) return piece
    if (piece.body) this.#sink.onBody(piece.body)
    if (!piece.isEnd) return undefined
    this.hasSurplus = at + piece.used < bytes.length
    this.#end()
    return undefined
  }

  #end(): void {
    this.#state = 'end'
    this.#sink.onEnd()
  }
}

const withoutBody: Framing = { kind: 'none' }
const headTooLarge: ParseFault = { kind: 'too-large', message: `The head is larger than ${maxHeadBytes} bytes.` }
