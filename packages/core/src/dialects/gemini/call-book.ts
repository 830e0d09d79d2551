/**
 * Which result answers which call. Ids are optional in this dialect, so calls without one get an id that is the same
 * every time the conversation is sent (its place among the calls), and results without one go to the oldest unanswered
 * call of their name.
 */
export class CallBook {
  readonly #open: { readonly id: string; readonly name: string }[] = []
  #calls = 0

  /** The id of a call, its own or one made for it. */
  call(name: string, id: string | undefined): string {
    const own = id ?? `gemini-call-${this.#calls}`
    this.#calls++
    this.#open.push({ id: own, name })
    return own
  }

  /** The id of the call that a result of this name, and maybe with an id, answers. */
  answer(name: string, id: string | undefined): string {
    const at = this.#find(name, id)
    const [call] = at < 0 ? [] : this.#open.splice(at, 1)
    return id ?? call?.id ?? this.#unasked(name)
  }

  /** The name of the call a result with this id answers. */
  nameOf(id: string | undefined): string | undefined {
    return this.#open.find((each) => each.id === id)?.name
  }

  #find(name: string, id: string | undefined): number {
    return this.#open.findIndex((each) => (id === undefined ? each.name === name : each.id === id))
  }

  /** A result nobody asked for: the conversation was cut before its call. */
  #unasked(name: string): string {
    const id = this.call(name, undefined)
    this.#open.pop()
    return id
  }
}
