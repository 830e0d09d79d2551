import type { UpstreamAnswer } from '../../upstream/transport.ts'
import type { Authorization, Authorizer } from './authorizer.ts'
import type { BearerToken } from './bearer-token.ts'
import type { Obtained } from './credential-ports.ts'
import type { TokenSource } from './token-source.ts'

/** Puts a token into `authorization`. */
export class BearerAuthorizer implements Authorizer {
  readonly #source: TokenSource<BearerToken>

  constructor(source: TokenSource<BearerToken>) {
    this.#source = source
  }

  authorize(): Obtained<Authorization> | Promise<Obtained<Authorization>> {
    const token = this.#source.take()
    return token instanceof Promise ? token.then((obtained) => this.#present(obtained)) : this.#present(token)
  }

  #present(token: Obtained<BearerToken>): Obtained<Authorization> {
    if (!token.ok) return token
    const { value } = token
    return {
      ok: true,
      value: {
        headers: { authorization: `Bearer ${value.reveal()}` },
        isWorthAnother: ({ status }: UpstreamAnswer) => status === 401 && this.#source.reject(value),
      },
    }
  }
}
