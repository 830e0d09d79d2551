/** Habits in which addresses and models that speak this dialect differ. The defaults are those of Google's Gemini API. */
export interface GeminiQuirks {
  /**
   * How a function's parameters and an answer's schema are written. `json-schema`: in `parametersJsonSchema` and
   * `responseJsonSchema`, which take any JSON Schema. `open-api`: in `parameters` and `responseSchema`, whose parser
   * refuses the whole request at the first unknown keyword ("Unknown name \"exclusiveMinimum\" ... Cannot find field");
   * what the subset lacks is rewritten or left out and reported.
   * https://ai.google.dev/api/caching#FunctionDeclaration (seen 2026-11-20)
   */
  readonly schemas: 'json-schema' | 'open-api'
  /**
   * How an effort is written. `level`: `thinkingLevel`, Gemini 3 and later, which cannot stop thinking altogether.
   * `budget`: `thinkingBudget`, Gemini 2.5, which refuses levels. A budget the client gave is always sent as a budget.
   * https://ai.google.dev/gemini-api/docs/thinking (seen 2026-11-20)
   */
  readonly thinking: 'level' | 'budget'
  /**
   * `functionCall.id` and `functionResponse.id` are taken. Vertex AI documents them as unknown; calls and results are
   * then matched by name and order. https://ai.google.dev/gemini-api/docs/function-calling (seen 2026-11-20)
   */
  readonly hasCallIds: boolean
  /**
   * A tool result may hold media (`functionResponse.parts`), Gemini 3 and later. Where it may not, the media follow the
   * result in the same turn.
   * https://ai.google.dev/gemini-api/docs/function-calling#multimodal (seen 2026-11-20)
   */
  readonly hasMediaResults: boolean
  /**
   * An image part may say `mediaResolution`, Gemini 3 and later; elsewhere the request is refused.
   * https://ai.google.dev/gemini-api/docs/media-resolution (seen 2026-11-20)
   */
  readonly hasPartResolution: boolean
  /** `googleSearch.excludeDomains` is taken: Vertex AI only. https://cloud.google.com/vertex-ai/generative-ai/docs/grounding/grounding-with-google-search (seen 2026-11-20) */
  readonly hasExcludedDomains: boolean
  /**
   * The function-calling mode `VALIDATED` is known, Gemini 2.5 and later: the nearest thing to strict tools, and the
   * only mode that allows a subset of tools without forcing one.
   * https://ai.google.dev/gemini-api/docs/function-calling#function_calling_modes (seen 2026-11-20)
   */
  readonly hasValidatedMode: boolean
  /**
   * What to do when the first call of a step in the current turn has no signature this provider can open, because
   * another model made it. Gemini 3 answers 400 "Function call is missing a thought_signature". `skip-check` sends the
   * documented word that turns the check off; older models have no such check, so it is not the default.
   * https://ai.google.dev/gemini-api/docs/thought-signatures (seen 2026-11-20)
   */
  readonly unsignedCalls: 'as-is' | 'skip-check'
}

/** The Gemini API with a current model. */
export const defaultQuirks: GeminiQuirks = {
  schemas: 'json-schema',
  thinking: 'level',
  hasCallIds: true,
  hasMediaResults: true,
  hasPartResolution: false,
  hasExcludedDomains: false,
  hasValidatedMode: true,
  unsignedCalls: 'as-is',
}
