import {
  type CancelSignal,
  type OutboundRequest,
  type Transport,
  TransportError,
  type UpstreamAnswer,
} from '../../upstream/transport.ts'
import type { Authorization, Authorizer } from './authorizer.ts'
import { createAuthorizer } from './create-authorizer.ts'
import { type Credential, secretsIn } from './credential.ts'
import type { CredentialPorts, Obtained } from './credential-ports.ts'

/**
 * A transport whose requests carry a credential. Rejects with kind `credential` when there is none to be had. A
 * request that was refused because a token ended or a clock is wrong is sent once more.
 */
export class AuthorizedTransport implements Transport {
  readonly #transport: Transport
  readonly #authorizer: Authorizer

  constructor(transport: Transport, authorizer: Authorizer) {
    this.#transport = transport
    this.#authorizer = authorizer
  }

  async send(request: OutboundRequest): Promise<UpstreamAnswer> {
    const first = await this.#authorize(request)
    const answer = await this.#sendWith(request, first)
    if (!first.isWorthAnother(answer)) return answer
    answer.body.cancel()
    return this.#sendWith(request, await this.#authorize(request))
  }

  async #authorize(request: OutboundRequest): Promise<Authorization> {
    const obtained = this.#authorizer.authorize(request)
    const authorization = obtained instanceof Promise ? await untilAborted(obtained, request.signal) : obtained
    if (authorization.ok) return authorization.value
    throw new TransportError(
      'credential',
      `its credential could not be had: ${authorization.problem.replace(/\.$/, '')}.`,
    )
  }

  #sendWith(request: OutboundRequest, { headers }: Authorization): Promise<UpstreamAnswer> {
    return this.#transport.send({ ...request, headers: { ...request.headers, ...headers } })
  }
}

/** A caller that leaves does not wait any longer; the token is still fetched for the others. */
function untilAborted<T>(obtained: Promise<Obtained<T>>, signal: CancelSignal | undefined): Promise<Obtained<T>> {
  if (!signal) return obtained
  return new Promise((resolve, reject) => {
    const leave = { handleEvent: (): void => reject(new TransportError('aborted', 'The caller left.')) }
    if (signal.aborted) return leave.handleEvent()
    signal.addEventListener('abort', leave)
    void obtained.then((value) => {
      signal.removeEventListener('abort', leave)
      resolve(value)
    })
  })
}

/** More credentials than any configuration holds; older ones are forgotten. */
const mostRemembered = 200

/**
 * Hands out one authorised transport per credential, the same one for equal credentials: a reload of the configuration
 * keeps the tokens that are there.
 */
export function createAuthorizedTransports(ports: CredentialPorts): (credential: Credential) => Transport {
  const byObject = new WeakMap<Credential, Transport>()
  const byContent = new Map<string, Transport>()
  const find = (credential: Credential): Transport => {
    const content = ports.digests.sha256Hex(JSON.stringify([credential, secretsIn(credential)]))
    const known = byContent.get(content)
    if (known) return known
    const made = new AuthorizedTransport(ports.transport, createAuthorizer(credential, ports))
    for (const oldest of byContent.keys()) if (byContent.size >= mostRemembered) byContent.delete(oldest)
    byContent.set(content, made)
    return made
  }
  return (credential) => {
    const known = byObject.get(credential) ?? find(credential)
    byObject.set(credential, known)
    return known
  }
}
