/** One HTTP/1.1 request as its bytes said it. */
export interface RawRequest {
  readonly method: string
  /** Path and query, exactly as sent. */
  readonly target: string
  /** In the order and the spelling they came, repeated names included. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[]
  /** Lower-case names; repeated ones joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Feeds on bytes of one connection and hands out whole requests, one after the other. */
export interface RequestParser {
  push(bytes: Uint8Array): void
  /** Whether a request has begun that is not yet complete. */
  readonly isInside: boolean
}

interface Head {
  readonly method: string
  readonly target: string
  readonly rawHeaders: readonly (readonly [string, string])[]
  readonly headers: Readonly<Record<string, string>>
}

/**
 * A small parser for what well-behaved clients send: a length or chunks, no obsolete folding. It is meant to take what
 * a gateway sends upstream, not to stand on the internet; it throws on what it does not understand.
 */
export function createRequestParser(onRequest: (request: RawRequest) => void): RequestParser {
  return new HeldBytes(onRequest)
}

class HeldBytes implements RequestParser {
  readonly #onRequest: (request: RawRequest) => void
  #held: Buffer = Buffer.alloc(0)
  #head: Head | undefined
  #chunks: Buffer[] = []

  constructor(onRequest: (request: RawRequest) => void) {
    this.#onRequest = onRequest
  }

  get isInside(): boolean {
    return this.#held.length > 0 || this.#head !== undefined
  }

  push(bytes: Uint8Array): void {
    this.#held = this.#held.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#held, bytes])
    while (this.isInside && this.#takeOne()) {
      // Every request that is whole is handed out at once: clients may pipeline.
    }
  }

  #takeOne(): boolean {
    this.#head ??= this.#takeHead()
    if (!this.#head) return false
    const { headers } = this.#head
    const isChunked = headers['transfer-encoding'] !== undefined
    const body = isChunked ? this.#takeChunks() : this.#take(Number(headers['content-length'] ?? 0))
    if (!body) return false
    const request = { ...this.#head, body }
    this.#head = undefined
    this.#chunks = []
    this.#onRequest(request)
    return true
  }

  #takeHead(): Head | undefined {
    const end = this.#held.indexOf('\r\n\r\n')
    const head = end < 0 ? undefined : this.#take(end + 4)
    return head && readHead(head.subarray(0, end).toString('latin1'))
  }

  #takeChunks(): Buffer | undefined {
    for (;;) {
      const lineEnd = this.#held.indexOf('\r\n')
      if (lineEnd < 0) return undefined
      const size = Number.parseInt(this.#held.subarray(0, lineEnd).toString('latin1'), 16)
      if (!Number.isSafeInteger(size)) throw new Error('a chunk without a size')
      const chunk = this.#take(lineEnd + 2 + size + 2)
      if (!chunk) return undefined
      if (size === 0) return Buffer.concat(this.#chunks)
      this.#chunks.push(chunk.subarray(lineEnd + 2, lineEnd + 2 + size))
    }
  }

  #take(length: number): Buffer | undefined {
    if (this.#held.length < length) return undefined
    const taken = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(length)
    return taken
  }
}

function readHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n')
  const [method = '', target = ''] = first.split(' ')
  const rawHeaders: [string, string][] = []
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 1) throw new Error(`a header without a colon: ${line.slice(0, 80)}`)
    const name = line.slice(0, colon)
    const value = line.slice(colon + 1).trim()
    rawHeaders.push([name, value])
    const key = name.toLowerCase()
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`
  }
  return { method, target, rawHeaders, headers }
}
