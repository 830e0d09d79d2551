import type { OutboundRequest, UpstreamAnswer } from '../../upstream/transport.ts'
import type { Obtained } from './credential-ports.ts'

/** What makes a request an authorised one. */
export interface Authorization {
  /** Set over the request's own; lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /**
   * Told of the answer. True when it was refused for a reason that another authorisation mends: a token that ended
   * early, a clock that is wrong.
   */
  isWorthAnother(answer: UpstreamAnswer): boolean
}

/** Authorises requests: at once when what that needs is in memory, else with a promise that never rejects. */
export interface Authorizer {
  authorize(request: OutboundRequest): Obtained<Authorization> | Promise<Obtained<Authorization>>
}
