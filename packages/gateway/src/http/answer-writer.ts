import { ClientGone } from '@sluice/core/call/answer-stream.ts'

/** The part of a Bun socket that is written to. */
export interface WritableSocket {
  /** How many bytes the system took; less than given when its buffer is full, negative when the socket is gone. */
  write(data: string | Uint8Array, byteOffset?: number, byteLength?: number): number
}

/** What a full socket left is compressed above this size, after this long; answers are text and shrink to a tenth. */
const packAboveBytes = 64 * 1024
const packAfterMs = 250

/**
 * The writing half of a connection. Holds only what the system did not take of the last write, and tells who wrote it
 * to wait: nothing may be written in the meantime.
 */
export class AnswerWriter {
  readonly #socket: WritableSocket
  #rest: Uint8Array | undefined
  #isPacked = false
  #packing: Timer | undefined
  #wake: PromiseWithResolvers<void> | undefined
  #isGone = false
  /** The head of an answer, held back to go out with its first bytes. */
  #held = ''
  #isChunked = false

  constructor(socket: WritableSocket) {
    this.#socket = socket
  }

  /** Something waits for the socket to have room. */
  get isWaiting(): boolean {
    return this.#rest !== undefined
  }

  /** Holds the head of a produced answer back; its body is written in chunks, or as it is. */
  begin(head: string, isChunked: boolean): void {
    this.#held = head
    this.#isChunked = isChunked
  }

  /** Writes a piece of a produced answer; see `AnswerSink`. Throws `ClientGone` when nobody reads it. */
  write(piece: string | Uint8Array): void | Promise<void> {
    if (this.#isGone) throw new ClientGone()
    if (piece.length === 0) return
    const head = this.#held
    this.#held = ''
    if (head === '' && this.#isChunked && isShort(piece)) this.#sendFramed(piece)
    else this.send(this.#isChunked ? frame(head, piece) : join(head, piece))
    if (this.#isGone) throw new ClientGone()
    if (this.#rest) return this.#room()
  }

  /** Ends a produced answer in good order. */
  end(): void {
    const head = this.#held
    this.#held = ''
    const last = this.#isChunked ? `${head}0\r\n\r\n` : head
    if (last !== '') this.send(last)
  }

  /** The chunks of a stream are many and short: nothing is made for one. */
  #sendFramed(piece: Uint8Array): void {
    const size = frameInPlace(piece)
    if (this.#rest) return this.send(scratch.slice(0, size))
    const taken = this.#socket.write(scratch, 0, size)
    if (taken < size) this.#keep(scratch.subarray(Math.max(0, taken), size))
  }

  /** Gives bytes to the system; what it does not take is kept until it does. */
  send(data: string | Uint8Array): void {
    if (this.#isGone) return
    if (this.#rest) return this.#keep(Buffer.concat([this.#unpack(this.#rest), asBytes(data)]))
    const taken = this.#socket.write(data)
    const size = typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength
    if (taken < size) this.#keep(asBytes(data).subarray(Math.max(0, taken)))
  }

  /** The socket has room again. */
  onDrain(): void {
    const rest = this.#rest
    if (!rest || this.#isGone) return
    const bytes = this.#unpack(rest)
    this.#rest = undefined
    const taken = this.#socket.write(bytes)
    if (taken < bytes.byteLength) return this.#keep(bytes.subarray(Math.max(0, taken)))
    clearTimeout(this.#packing)
    const wake = this.#wake
    this.#wake = undefined
    wake?.resolve()
  }

  /** The client has closed its connection, or is given up. */
  leave(): void {
    this.#isGone = true
    this.#rest = undefined
    clearTimeout(this.#packing)
    this.#wake?.reject(new ClientGone())
    this.#wake = undefined
  }

  #room(): Promise<void> {
    this.#wake ??= Promise.withResolvers<void>()
    return this.#wake.promise
  }

  /** A copy, because a small rest may lie in the memory of a large read. */
  #keep(bytes: Uint8Array): void {
    this.#rest = bytes.slice()
    this.#isPacked = false
    clearTimeout(this.#packing)
    if (this.#rest.byteLength >= packAboveBytes) this.#packing = setTimeout(() => this.#pack(), packAfterMs)
  }

  #pack(): void {
    if (!this.#rest || this.#isPacked) return
    this.#rest = Bun.zstdCompressSync(this.#rest, { level: 1 })
    this.#isPacked = true
  }

  #unpack(rest: Uint8Array): Uint8Array {
    return this.#isPacked ? Bun.zstdDecompressSync(rest) : rest
  }
}

/** One chunk of a chunked body (RFC 9112 section 7.1), after the head when that has not gone out yet: one write. */
function frame(head: string, piece: string | Uint8Array): string | Uint8Array {
  if (typeof piece === 'string') return `${head}${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`
  const start = `${head}${piece.byteLength.toString(16)}\r\n`
  const bytes = Buffer.allocUnsafe(start.length + piece.byteLength + 2)
  bytes.write(start, 0, 'latin1')
  bytes.set(piece, start.length)
  bytes.write('\r\n', start.length + piece.byteLength, 'latin1')
  return bytes
}

/** Where short chunks get their framing: the system has copied them, or we have, when the write returns. */
const scratch = new Uint8Array(16 * 1024)
const mostFramingBytes = 12

/** The same in the scratch memory; answers how many bytes it fills. */
function frameInPlace(piece: Uint8Array): number {
  let at = 0
  for (let shift = piece.byteLength > 0xff ? (piece.byteLength > 0xfff ? 12 : 8) : 4; shift >= 0; shift -= 4)
    scratch[at++] = hexDigits.charCodeAt((piece.byteLength >> shift) & 15)
  scratch[at++] = 13
  scratch[at++] = 10
  scratch.set(piece, at)
  at += piece.byteLength
  scratch[at++] = 13
  scratch[at++] = 10
  return at
}

const hexDigits = '0123456789abcdef'

function isShort(piece: string | Uint8Array): piece is Uint8Array {
  return typeof piece !== 'string' && piece.byteLength <= scratch.length - mostFramingBytes
}

function join(head: string, piece: string | Uint8Array): string | Uint8Array {
  if (head === '') return piece
  return typeof piece === 'string' ? head + piece : Buffer.concat([Buffer.from(head, 'latin1'), piece])
}

function asBytes(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data) : data
}
