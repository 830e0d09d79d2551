import type { OutboundRequest, UpstreamAnswer } from '../../upstream/transport.ts'
import type { Authorization, Authorizer } from './authorizer.ts'
import type { AwsKeys } from './aws-keys.ts'
import type { CredentialPorts, Obtained } from './credential-ports.ts'
import { deriveKey, type SigningKeys, signRequest } from './sigv4.ts'
import type { TokenSource } from './token-source.ts'

/** AWS takes signatures up to five minutes old or early; a clock that is off by less is left alone. */
const toleratedSkewMs = 240_000

/** Keys that ended or were taken back, as opposed to keys that may not do this. */
const endedKeys = /ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch/

/** Signs requests, by AWS's clock once it has said that ours is wrong. */
export class Sigv4Authorizer implements Authorizer {
  readonly #source: TokenSource<AwsKeys>
  readonly #ports: CredentialPorts
  readonly #scope: { readonly region: string; readonly service: string }
  #skewMs = 0
  #derived: { readonly keys: AwsKeys; readonly day: string; readonly key: Uint8Array } | undefined

  constructor(
    source: TokenSource<AwsKeys>,
    scope: { readonly region: string; readonly service: string },
    ports: CredentialPorts,
  ) {
    this.#source = source
    this.#scope = scope
    this.#ports = ports
  }

  authorize(request: OutboundRequest): Obtained<Authorization> | Promise<Obtained<Authorization>> {
    const keys = this.#source.take()
    return keys instanceof Promise ? keys.then((obtained) => this.#sign(request, obtained)) : this.#sign(request, keys)
  }

  #sign({ url, method, headers, body = '' }: OutboundRequest, keys: Obtained<AwsKeys>): Obtained<Authorization> {
    if (!keys.ok) return keys
    const { value } = keys
    const { host, pathname, search } = new URL(url)
    const sessionToken = value.revealSessionToken()
    const own = sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }
    const unixMs = this.#ports.unixMs() + this.#skewMs
    const signing = { accessKeyId: value.accessKeyId, secretAccessKey: value.revealSecret(), ...this.#scope }
    const signed = signRequest(
      {
        method,
        path: pathname,
        query: search.slice(1),
        headers: { host, ...signable(headers), ...own },
        body,
      },
      signing,
      { unixMs, digests: this.#ports.digests, derivedKey: (day) => this.#derive(signing, value, day) },
    )
    const isWorthAnother = (answer: UpstreamAnswer): boolean => this.#review(answer, unixMs, value)
    return { ok: true, value: { headers: { ...own, ...signed }, isWorthAnother } }
  }

  #derive(signing: SigningKeys, keys: AwsKeys, day: string): Uint8Array {
    const known = this.#derived
    if (known?.keys === keys && known.day === day) return known.key
    const key = deriveKey(signing, day, this.#ports.digests)
    this.#derived = { keys, day, key }
    return key
  }

  #review({ status, headers }: UpstreamAnswer, signedAtMs: number, keys: AwsKeys): boolean {
    if (status !== 403 && status !== 400 && status !== 401) return false
    const offMs = Date.parse(headers['date'] ?? '') - signedAtMs
    if (Math.abs(offMs) > toleratedSkewMs) {
      this.#skewMs += offMs
      return true
    }
    return endedKeys.test(headers['x-amzn-errortype'] ?? '') && this.#source.reject(keys)
  }
}

/** What must be signed when it is sent: AWS's own headers; and the type, so that nobody can change it. */
function signable(headers: OutboundRequest['headers']): Readonly<Record<string, string>> {
  const own: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (name === 'content-type' || name.startsWith('x-amz-')) own[name] = value
  return own
}
