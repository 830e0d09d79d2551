/** What an operator may set for all calls to a server. https://docs.ollama.com/api (seen 2026-11-21) */
export interface OllamaQuirks {
  /**
   * Tokens of context to load a model with; 0 leaves it to the server, whose default is small enough to cut a long
   * prompt short without a word. https://docs.ollama.com/faq (seen 2026-11-21)
   */
  readonly contextTokens: number
  /** How long a model stays loaded after a call: `5m`, `-1` for ever, `''` as the server has it. */
  readonly keepAlive: string
  /** True: thinking of earlier turns goes back, as the server's own templates want it. */
  readonly replayThinking: boolean
}

/** A server as it is installed. */
export const defaultQuirks: OllamaQuirks = { contextTokens: 0, keepAlive: '', replayThinking: true }
