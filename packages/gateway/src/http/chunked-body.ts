import type { ParseFault } from './parse-fault.ts'
import { viewBytes } from './view-bytes.ts'

/** Longest chunk-size line and longest trailer section we read past; both are ignored beyond their form. */
const maxExtensionBytes = 1024
const maxTrailerBytes = 16 * 1024
/** 8 hex digits: a chunk of 4 GiB. More is an overflow attempt. */
const maxSizeDigits = 8

const cr = 13
const lf = 10
const semicolon = 59

type State =
  | 'size'
  | 'extension'
  | 'size-lf'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'trailer-start'
  | 'trailer'
  | 'trailer-lf'
  | 'last-lf'
  | 'end'

/** What one piece of a chunked body held. */
export interface ChunkedPiece {
  /** The body bytes, in the memory of the piece itself; undefined when there were none. */
  readonly body: Uint8Array | undefined
  /** How many bytes of the piece belonged to this body; less than its length only when the body has ended. */
  readonly used: number
  readonly isEnd: boolean
}

/**
 * Takes the framing out of a chunked body (RFC 9112 section 7.1). It works in place: the chunks that one network read
 * brought are moved together over their framing, so a read of many small chunks costs one slice and no allocation.
 */
export class ChunkedBody {
  #state: State = 'size'
  #left = 0
  #digits = 0
  #skipped = 0

  /** Decodes the bytes from `start` on. They are overwritten. */
  push(bytes: Buffer, start: number): ChunkedPiece | ParseFault {
    let at = start
    let out = start
    while (at < bytes.length && this.#state !== 'end') {
      if (this.#state === 'data') {
        const count = Math.min(this.#left, bytes.length - at)
        if (out !== at) bytes.copyWithin(out, at, at + count)
        out += count
        at += count
        this.#left -= count
        if (this.#left === 0) this.#state = 'data-cr'
      } else {
        const problem = this.#step(bytes[at] ?? 0)
        if (problem) return problem
        at++
      }
    }
    return {
      body: out > start ? viewBytes(bytes, start, out) : undefined,
      used: at - start,
      isEnd: this.#state === 'end',
    }
  }

  /** Reads one byte of framing. */
  #step(byte: number): ParseFault | undefined {
    switch (this.#state) {
      case 'size':
        return this.#readSize(byte)
      case 'extension':
        if (byte === cr) return this.#expectNext('size-lf')
        return this.#skip(byte, maxExtensionBytes)
      case 'size-lf':
        return byte === lf ? this.#startChunk() : malformed
      case 'data-cr':
        return byte === cr ? this.#expectNext('data-lf') : malformed
      case 'data-lf':
        return byte === lf ? this.#expectNext('size') : malformed
      case 'trailer-start':
        if (byte === cr) return this.#expectNext('last-lf')
        this.#state = 'trailer'
        return this.#skip(byte, maxTrailerBytes)
      case 'trailer':
        if (byte === cr) return this.#expectNext('trailer-lf')
        return this.#skip(byte, maxTrailerBytes)
      case 'trailer-lf':
        return byte === lf ? this.#expectNext('trailer-start') : malformed
      case 'last-lf':
        return byte === lf ? this.#expectNext('end') : malformed
      case 'data':
      case 'end':
        return malformed
      default:
        return this.#state satisfies never
    }
  }

  #readSize(byte: number): ParseFault | undefined {
    const digit = hexDigit(byte)
    if (digit >= 0) {
      if (++this.#digits > maxSizeDigits) return malformed
      this.#left = this.#left * 16 + digit
      return undefined
    }
    if (this.#digits === 0) return malformed
    if (byte === cr) return this.#expectNext('size-lf')
    return byte === semicolon ? this.#expectNext('extension') : malformed
  }

  #startChunk(): undefined {
    this.#digits = 0
    this.#skipped = 0
    this.#state = this.#left === 0 ? 'trailer-start' : 'data'
  }

  #skip(byte: number, limit: number): ParseFault | undefined {
    if (byte === lf || (byte < 32 && byte !== 9) || byte === 127) return malformed
    return ++this.#skipped > limit ? { kind: 'too-large', message: `Over ${limit} bytes of chunk framing.` } : undefined
  }

  #expectNext(state: State): undefined {
    this.#state = state
  }
}

const malformed: ParseFault = { kind: 'protocol', message: 'The chunked body is malformed.' }

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
