/** Habits in which providers of the Responses API differ from OpenAI's own. */
export interface ResponsesQuirks {
  /**
   * The gateway keeps no conversation, so translated requests say `store: false` (unless the client said otherwise)
   * and ask for encrypted reasoning where the request speaks of reasoning, so that it comes back with the next turn.
   * Not always: models without reasoning answer 400 "Encrypted content is not supported with this model."
   * https://github.com/NousResearch/hermes-agent/pull/24234 (seen 2026-11-21)
   */
  readonly isStateless: boolean
  /**
   * The provider takes reasoning items that carry no `encrypted_content`, as plain text. OpenAI answers 404 for them
   * ("Items are not persisted when `store` is set to false"); open-weight servers and DeepSeek take and want them.
   * https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html (seen 2026-11-20)
   */
  readonly takesPlainReasoning: boolean
  /** False where free-form tools are unknown: they become functions with one string argument. */
  readonly hasCustomTools: boolean
  /**
   * The provider refuses a request without `instructions`, so all leading system text is sent there. The ChatGPT
   * backend that Codex signs in to: https://github.com/openai/codex (seen 2026-11-20)
   */
  readonly needsInstructions: boolean
  /**
   * Send `prompt_cache_breakpoint` for cache marks. Off: unknown to older models, and OpenAI caches long prefixes
   * without being told.
   */
  readonly hasCacheBreakpoints: boolean
  /**
   * The least `max_output_tokens` the provider takes; a smaller one is raised to it, and said so. OpenAI answers 400
   * "integer below minimum value. Expected a value >= 16". https://platform.openai.com/docs/api-reference/responses
   * (seen 2026-11-21)
   */
  readonly minOutputTokens: number
  /** What the web search tool is called: OpenAI's first name for it was `web_search_preview`. */
  readonly webSearchType: string
  /** Top-level fields the provider refuses; each is left out and, when it changes the answer, reported. */
  readonly refusedFields: readonly string[]
}

/** OpenAI's own Responses API, used through a gateway that keeps nothing. */
export const defaultQuirks: ResponsesQuirks = {
  isStateless: true,
  takesPlainReasoning: false,
  hasCustomTools: true,
  needsInstructions: false,
  hasCacheBreakpoints: false,
  minOutputTokens: 16,
  webSearchType: 'web_search',
  refusedFields: [],
}
