/**
 * Ids of tool calls as the API takes them: letters, digits, `_` and `-` only, and no two calls of a conversation alike.
 * Other dialects' ids may hold more, and some use an id again in a later turn; a result answers the latest call with
 * its id.
 */
export class ToolIds {
  readonly #latest = new Map<string, string>()
  readonly #taken = new Set<string>()

  /** A fresh id for this call. */
  forCall(id: string): string {
    const base = id === '' ? 'call' : id.replace(/[^a-zA-Z0-9_-]/g, '_')
    let clean = base
    for (let count = 2; this.#taken.has(clean); count++) clean = `${base}_${count}`
    this.#latest.set(id, clean)
    this.#taken.add(clean)
    return clean
  }

  /** The id of the call that this result answers. */
  forResult(id: string): string {
    return this.#latest.get(id) ?? this.forCall(id)
  }
}
