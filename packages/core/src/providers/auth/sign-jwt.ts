import type { JsonObject } from '../../ir/json.ts'
import type { Digests } from './credential-ports.ts'

/** A JSON Web Token signed with RS256 (RFC 7515, 7518 3.3). Undefined when the key is no RSA key in PEM. */
export function signJwt(
  {
    header,
    claims,
    privateKey,
  }: { readonly header: JsonObject; readonly claims: JsonObject; readonly privateKey: string },
  digests: Digests,
): string | undefined {
  const text = `${encodeText(JSON.stringify({ alg: 'RS256', typ: 'JWT', ...header }))}.${encodeText(JSON.stringify(claims))}`
  // Variables often hold the two characters `\\n` where the file has a line break.
  const signature = digests.signRs256(text, privateKey.replaceAll('\\n', '\n'))
  return signature && `${text}.${encodeBytes(signature)}`
}

function encodeText(text: string): string {
  return encodeBytes(new TextEncoder().encode(text))
}

/** Base64url without padding. */
function encodeBytes(bytes: Uint8Array): string {
  let units = ''
  for (const byte of bytes) units += String.fromCharCode(byte)
  return btoa(units).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
