import type { JsonObject } from '../../ir/json.ts'
import { asString } from '../../ir/read.ts'
import { askForJson, readSeconds, type TokenAnswer, type TokenQuestion } from './ask-token-server.ts'
import { type CredentialPorts, cannotObtain, type Obtained } from './credential-ports.ts'
import type { Perishable } from './token-source.ts'

/** What stands after `Bearer `. Printed by mistake it shows nothing. */
export class BearerToken implements Perishable {
  readonly #value: string
  readonly lifeMs: number

  constructor(value: string, lifeMs: number) {
    this.#value = value
    this.lifeMs = lifeMs
  }

  reveal(): string {
    return this.#value
  }
}

/** What a token is taken to live when the server does not say: shorter than any known server's. */
const unsaidLifeMs = 300_000

/** Asks an OAuth token server (RFC 6749, 5.1) and reads its `access_token` and `expires_in`. */
export async function askForBearer(question: TokenQuestion, ports: CredentialPorts): Promise<Obtained<BearerToken>> {
  const answer = await askForJson(question, ports)
  return answer.ok ? readBearer(answer.value, question.url) : answer
}

/** Reads the answer of an OAuth token server. */
export function readBearer(
  { body }: Pick<TokenAnswer, never> & { readonly body: JsonObject },
  url: string,
): Obtained<BearerToken> {
  const token = asString(body['access_token'])
  // A token goes into a header: whatever could end that line is no token.
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token))
    return cannotObtain(`the token server ${new URL(url).origin} answered without an access_token`)
  const seconds = readSeconds(body['expires_in'])
  return { ok: true, value: new BearerToken(token, seconds === undefined ? unsaidLifeMs : seconds * 1000) }
}
