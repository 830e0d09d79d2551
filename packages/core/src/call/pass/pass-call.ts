import type { CancelSignal, OutboundMethod } from '../../upstream/transport.ts'
import type { VirtualKey } from '../snapshot.ts'

/** One request to `/{provider}/...` as the server hands it over: authenticated, its body read, nothing understood. */
export interface PassCall {
  /** Ours, never a client's header. */
  readonly requestId: string
  /** The route's declared name, for the log. */
  readonly route: string
  readonly method: OutboundMethod
  /** The first segment of the path: a provider's configured name, or what the world calls it. */
  readonly providerName: string
  /** What follows that segment, as the client encoded it. Begins with `/`. */
  readonly path: string
  /** This gateway as the client addressed it: `https://host:4000`. Stands in answers to this client alone. */
  readonly gatewayOrigin: string
  /** Without its question mark; '' when there is none. */
  readonly query: string
  /** All of the client's, lower-case names; what goes on is chosen here. */
  readonly headers: Readonly<Record<string, string>>
  /** Undefined when the request has none. */
  readonly body: Uint8Array | undefined
  readonly key: VirtualKey
  /** Aborted when the client is gone. */
  readonly signal: CancelSignal
}
