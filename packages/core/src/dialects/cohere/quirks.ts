/** Habits in which hosts of Cohere's models differ, and what an operator may set for all its calls. */
export interface CohereQuirks {
  /**
   * `v1`: the older API, which Cohere's models at Azure, SageMaker and in private deployments speak; the base URL then
   * ends in `/v1`. https://docs.cohere.com/docs/migrating-v1-to-v2 (seen 2026-11-21)
   */
  readonly api: 'v1' | 'v2'
  /**
   * What the API puts before the prompt for safety; `''` leaves it to the API, whose default is `CONTEXTUAL`. Left out
   * beside tools and documents, with which it is refused. https://docs.cohere.com/v2/docs/safety-modes (seen 2026-11-21)
   */
  readonly safetyMode: '' | 'CONTEXTUAL' | 'STRICT' | 'OFF'
  /**
   * How citations are made; `''` leaves it to the model. `FAST` tells them in between the text, `ACCURATE` after it.
   * https://docs.cohere.com/v2/reference/chat (seen 2026-11-21)
   */
  readonly citations: '' | 'ENABLED' | 'DISABLED' | 'FAST' | 'ACCURATE' | 'OFF'
  /**
   * False for a host whose models do not think: what was asked about thinking is left out, and that is told.
   * https://docs.cohere.com/docs/reasoning (seen 2026-11-21)
   */
  readonly takesThinking: boolean
  /** True: thinking of earlier turns goes back as a content block of the answer it led to. */
  readonly replayThinking: boolean
}

/** api.cohere.com. */
export const defaultQuirks: CohereQuirks = {
  api: 'v2',
  safetyMode: '',
  citations: '',
  takesThinking: true,
  replayThinking: true,
}
