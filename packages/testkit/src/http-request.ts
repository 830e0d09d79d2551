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
  let held: Buffer = Buffer.alloc(0)
  let head: Head | undefined
  let chunks: Buffer[] | undefined

  function parseOne(): boolean {
    if (!head) {
      const end = held.indexOf('\r\n\r\n')
      if (end < 0) return false
      head = readHead(held.subarray(0, end).toString('latin1'))
      held = held.subarray(end + 4)
      chunks = head.headers['transfer-encoding'] === undefined ? undefined : []
    }
    const body = chunks ? takeChunks(chunks) : takeSized(Number(head.headers['content-length'] ?? 0))
    if (!body) return false
    const request = { ...head, body }
    head = undefined
    chunks = undefined
    onRequest(request)
    return true
  }

  function takeSized(length: number): Buffer | undefined {
    if (held.length < length) return undefined
    const body = held.subarray(0, length)
    held = held.subarray(length)
    return body
  }

  function takeChunks(sofar: Buffer[]): Buffer | undefined {
    for (;;) {
      const lineEnd = held.indexOf('\r\n')
      if (lineEnd < 0) return undefined
      const size = Number.parseInt(held.subarray(0, lineEnd).toString('latin1'), 16)
      if (!Number.isSafeInteger(size)) throw new Error('a chunk without a size')
      if (held.length < lineEnd + 4 + size) return undefined
      if (size > 0) sofar.push(held.subarray(lineEnd + 2, lineEnd + 2 + size))
      held = held.subarray(lineEnd + 4 + size)
      if (size === 0) return Buffer.concat(sofar)
    }
  }

  return {
    push(bytes) {
      held = held.length === 0 ? Buffer.from(bytes) : Buffer.concat([held, bytes])
      while (held.length > 0 || head) if (!parseOne()) break
    },
    get isInside() {
      return held.length > 0 || head !== undefined
    },
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
