/**
 * A provider's key on its way through the process. It prints as `[secret]` wherever it is logged, interpolated or
 * serialised by mistake; only `reveal` gives the value, and only the code that builds the outbound headers calls it.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }
}
