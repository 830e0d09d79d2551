import type { Perishable } from './token-source.ts'

/** Keys to sign with. Printed by mistake they show no secret. */
export class AwsKeys implements Perishable {
  readonly accessKeyId: string
  readonly lifeMs: number
  readonly #secretAccessKey: string
  readonly #sessionToken: string | undefined

  constructor(
    accessKeyId: string,
    secrets: { secretAccessKey: string; sessionToken: string | undefined },
    lifeMs: number,
  ) {
    this.accessKeyId = accessKeyId
    this.lifeMs = lifeMs
    this.#secretAccessKey = secrets.secretAccessKey
    this.#sessionToken = secrets.sessionToken
  }

  revealSecret(): string {
    return this.#secretAccessKey
  }

  revealSessionToken(): string | undefined {
    return this.#sessionToken
  }
}
