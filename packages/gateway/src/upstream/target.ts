/** A URL, read once: what a connection and a request line need of it. */
export interface Target {
  readonly origin: string
  readonly isTls: boolean
  /** Host name or address without brackets. */
  readonly host: string
  readonly port: number
  /** The `host` header. */
  readonly authority: string
  /** Path and query, as sent. */
  readonly path: string
}

const maxRemembered = 1000

/** Reads URLs and remembers them: a gateway sends to few of them, very often. */
export class Targets {
  readonly #known = new Map<string, Target>()

  read(url: string): Target {
    const known = this.#known.get(url)
    if (known) return known
    if (this.#known.size >= maxRemembered) this.#known.clear()
    const target = readTarget(url)
    this.#known.set(url, target)
    return target
  }
}

function readTarget(url: string): Target {
  const { protocol, origin, hostname, port, host, pathname, search, username, password } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') throw new Error(`Not an HTTP URL: ${origin}`)
  if (username !== '' || password !== '') throw new Error(`A URL with credentials in it, for ${origin}`)
  const isTls = protocol === 'https:'
  return {
    origin,
    isTls,
    host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: port === '' ? (isTls ? 443 : 80) : Number(port),
    authority: host,
    path: pathname + search,
  }
}
