/** An address that has passed every check, or what is wrong with it. */
export type BaseUrl =
  | { readonly ok: true; readonly baseUrl: string; readonly origin: string; readonly isLoopback: boolean }
  | { readonly ok: false; readonly message: string; readonly suggestion?: string }

/**
 * Reads the address of a provider. Every call's URL is this text plus the dialect's path, and every call carries the
 * provider's key, so nothing may be in it that two readers could read as two hosts: a strict set of characters, no
 * credentials, query, fragment, escapes or dot segments, and the host written the way the URL standard writes it
 * (`http://2130706433` is 127.0.0.1 in disguise). Attack cases C1, C2 and C4.
 */
export function readBaseUrl(text: string): BaseUrl {
  const shape = whatIsWrong(text)
  if (shape) return shape
  const url = parseUrl(text)
  if (!url) return no('this is no valid URL.')
  const written = text.replace(/\/+$/, '')
  const meant = `${url.origin}${url.pathname}`.replace(/\/+$/, '')
  if (written.toLowerCase() !== meant.toLowerCase() || !written.endsWith(url.pathname.replace(/\/+$/, '')))
    return no('this address can be read in two ways.', `Write '${meant}' if that is what you mean.`)
  if (isMetadataHost(url.hostname))
    return no("this is a cloud's metadata service, which answers anybody on the machine; no model lives there.")
  return { ok: true, baseUrl: meant, origin: url.origin, isLoopback: isLoopbackHost(url.hostname) }
}

/** True for `localhost`, `127.x.x.x` and `::1` (brackets or not): addresses only this machine can reach. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  return bare.toLowerCase() === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare)
}

/** Paths the dialects append themselves; people copy them from a provider's page. */
const dialectPaths = /\/(?:chat\/completions|completions|responses|messages|models)$/

function whatIsWrong(text: string): BaseUrl | undefined {
  if (text.length > 500) return no('this is longer than 500 characters.')
  if (!/^https?:\/\//.test(text)) return no('this must begin with http:// or https://.')
  if (text.includes('@')) return no('a user name or password cannot stand in an address.', 'Use api_key or headers.')
  if (text.includes('?')) return no('a query (?...) cannot stand in a base address.', 'Use headers instead.')
  if (text.includes('#')) return no('a fragment (#...) cannot stand in a base address.')
  if (!/^https?:\/\/[A-Za-z0-9.[\]:-]+(?:\/[A-Za-z0-9._~:/-]*)?$/.test(text))
    return no('only letters, digits and . _ ~ : - / can stand in an address.')
  const path = text.slice(text.indexOf('/', 8) < 0 ? text.length : text.indexOf('/', 8))
  if (path.includes('//')) return no('there is an empty part (//) in the path.')
  const tail = dialectPaths.exec(path.replace(/\/$/, ''))
  return tail ? no(`leave out '${tail[0]}': the dialect adds its own path.`) : undefined
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

function isMetadataHost(hostname: string): boolean {
  return (
    /^169\.254\./.test(hostname) ||
    hostname === '[fd00:ec2::254]' ||
    hostname.startsWith('[::ffff:a9fe:') ||
    /^metadata(\.google\.internal)?\.?$/.test(hostname)
  )
}

function no(message: string, suggestion?: string): BaseUrl {
  return { ok: false, message, ...(suggestion !== undefined && { suggestion }) }
}
