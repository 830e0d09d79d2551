/**
 * Ids of tool calls as the API takes them: 64 letters, digits, `_` and `-` at most, and no two calls of a conversation
 * alike. Other dialects' ids may hold more, and some use an id again in a later turn; a result answers the latest call
 * with its id. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html (seen 2026-11-21)
 */
export class ToolIds {
  readonly #latest = new Map<string, string>()
  readonly #taken = new Set<string>()

  /** A fresh id for this call. */
  forCall(id: string): string {
    const base = id === '' ? 'call' : id.replace(/[^a-zA-Z0-9_-]/g, '_')
    let clean = base.slice(0, maxChars)
    for (let count = 2; this.#taken.has(clean); count++) {
      const ending = `_${count}`
      clean = base.slice(0, maxChars - ending.length) + ending
    }
    this.#latest.set(id, clean)
    this.#taken.add(clean)
    return clean
  }

  /** The id of the call that this result answers. */
  forResult(id: string): string {
    return this.#latest.get(id) ?? this.forCall(id)
  }
}

const maxChars = 64
