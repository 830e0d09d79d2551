import type { DialectId } from './dialect-id.ts'
import { dialectIds } from './dialect-id.ts'
import type { Seal } from './part.ts'

/**
 * Seals travel home. To a client of the dialect that made it, a seal goes in its native field, untouched. To any other
 * client it goes wrapped, as `sl1.` + base64url of a JSON array, in a field which that client echoes; when it comes
 * back it is unwrapped here. A wrapped seal names its maker, so it is only ever opened by the provider that made it.
 */
const prefix = 'sl1.'

/** True for text that `wrapSeal` made. */
export function isWrapped(text: string): boolean {
  return text.startsWith(prefix)
}

/** The prefix, and how it begins where a dialect's field is base64 and the wrapped text was encoded once more. */
const wrappedAnywhere = /sl1\.|c2wxL/

/** Whether a body may hold a wrapped seal. Never misses one; a false alarm costs a translation. */
export function holdsWrapped(text: string): boolean {
  return wrappedAnywhere.test(text)
}

/** The text that carries this seal through a client of another dialect: characters `[A-Za-z0-9_.-]` only. */
export function wrapSeal(seal: Seal): string {
  const fields = [seal.dialect, seal.provider ?? '', seal.data, ...(seal.id === undefined ? [] : [seal.id])]
  return prefix + toBase64Url(JSON.stringify(fields))
}

/** The seal inside, or undefined when the text is not one of ours or was damaged on its way. */
export function unwrapSeal(text: string): Seal | undefined {
  if (!isWrapped(text)) return undefined
  const fields = parseFields(text.slice(prefix.length))
  if (!fields) return undefined
  const [dialect, provider, data, id] = fields
  const known = dialectIds.find((each) => each === dialect)
  if (known === undefined || typeof provider !== 'string' || typeof data !== 'string') return undefined
  return { dialect: known, data, ...(provider !== '' && { provider }), ...(typeof id === 'string' && { id }) }
}

/**
 * A tool call's seal rides in the call's id when the client's dialect has no other field it is sure to echo:
 * `call_1` becomes `call_1-sl1.<...>`. Every client returns ids unread.
 */
export function sealIntoId(id: string, seal: Seal | undefined, own: DialectId): string {
  return seal === undefined || seal.dialect === own ? id : `${id}-${wrapSeal(seal)}`
}

/** Undoes `sealIntoId`. An id without a seal comes back as it was. */
export function splitSealedId(id: string): { readonly id: string; readonly seal?: Seal } {
  const at = id.indexOf(`-${prefix}`)
  if (at < 0) return { id }
  const seal = unwrapSeal(id.slice(at + 1))
  return seal ? { id: id.slice(0, at), seal } : { id }
}

/** Whether a provider of this dialect and name may see the seal. A native seal without a name goes to its dialect. */
export function opensFor(seal: Seal, dialect: DialectId, provider: string): boolean {
  return seal.dialect === dialect && (seal.provider === undefined || seal.provider === provider)
}

function parseFields(base64url: string): readonly unknown[] | undefined {
  try {
    const fields: unknown = JSON.parse(fromBase64Url(base64url))
    return Array.isArray(fields) ? fields : undefined
  } catch {
    return undefined
  }
}

function toBase64Url(text: string): string {
  const bytes = new TextEncoder().encode(text)
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64Url(base64url: string): string {
  const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0))
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}
