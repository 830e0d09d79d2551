/** Above this much it is worth its while to compress what waits. */
const packAboveBytes = 64 * 1024

/**
 * The bytes of an answer that have come and were not read yet, in order. One network read brings up to 512 KB; they are
 * handed out in smaller portions, so that a reader who is held up has little of them in hand.
 */
export class Unread {
  #packed: Uint8Array | undefined
  #pieces: Uint8Array[] = []
  /** Not counting what is packed. */
  #pieceBytes = 0

  get isEmpty(): boolean {
    return this.#pieces.length === 0 && this.#packed === undefined
  }

  /** Whether `pack` would save anything. */
  get isPackable(): boolean {
    return this.#packed === undefined && this.#pieceBytes >= packAboveBytes
  }

  /** How much memory they take. */
  get heldBytes(): number {
    return this.#pieceBytes + (this.#packed?.byteLength ?? 0)
  }

  add(bytes: Uint8Array): void {
    this.#pieces.push(bytes)
    this.#pieceBytes += bytes.byteLength
  }

  /** The first bytes, `mostBytes` at most; undefined when there are none. */
  take(mostBytes: number): Uint8Array | undefined {
    this.#unpack()
    const [first] = this.#pieces
    if (first === undefined) return undefined
    if (this.#pieces.length > 1 && this.#pieceBytes <= mostBytes) return this.#takeAll()
    if (first.byteLength <= mostBytes) this.#pieces.shift()
    else this.#pieces[0] = first.subarray(mostBytes)
    const taken = first.subarray(0, mostBytes)
    this.#pieceBytes -= taken.byteLength
    return taken
  }

  /** Compresses what waits: text shrinks to a tenth. */
  pack(): void {
    if (this.isPackable) this.#packed = Bun.zstdCompressSync(this.#takeAll(), { level: 1 })
  }

  clear(): void {
    this.#packed = undefined
    this.#pieces = []
    this.#pieceBytes = 0
  }

  #takeAll(): Uint8Array {
    const all = Buffer.concat(this.#pieces, this.#pieceBytes)
    this.#pieces = []
    this.#pieceBytes = 0
    return all
  }

  #unpack(): void {
    if (!this.#packed) return
    const bytes = Bun.zstdDecompressSync(this.#packed)
    this.#packed = undefined
    this.#pieces.unshift(bytes)
    this.#pieceBytes += bytes.byteLength
  }
}
