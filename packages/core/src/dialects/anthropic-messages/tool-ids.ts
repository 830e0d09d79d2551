/**
 * Ids of tool calls as the API takes them: letters, digits, `_` and `-` only. Other dialects' ids may hold more; each
 * keeps one clean id for the whole request, so that a result still finds its call, and no two calls share one.
 */
export class ToolIds {
  readonly #clean = new Map<string, string>()
  readonly #taken = new Set<string>()

  /** The clean id of this call. */
  clean(id: string): string {
    const known = this.#clean.get(id)
    if (known !== undefined) return known
    const base = id.replace(/[^a-zA-Z0-9_-]/g, '_')
    let clean = base === '' ? 'call' : base
    for (let count = 2; this.#taken.has(clean); count++) clean = `${base}_${count}`
    this.#clean.set(id, clean)
    this.#taken.add(clean)
    return clean
  }
}
