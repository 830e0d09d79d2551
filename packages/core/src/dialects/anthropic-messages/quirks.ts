/** Habits in which providers that speak this dialect differ. The default is api.anthropic.com with current models. */
export interface AnthropicMessagesQuirks {
  /**
   * `max_tokens` of a request that named none; the API refuses a request without. 32,000 is the most that every
   * Claude 4 model takes. https://platform.claude.com/docs/en/about-claude/models/overview (seen 2026-11-21)
   */
  readonly defaultMaxTokens: number
  /**
   * How thinking is asked for. `as-asked`: an effort becomes adaptive thinking, a budget stays a budget. `adaptive`:
   * always adaptive with an effort (Opus 4.7 and later refuse a budget). `budget`: always a budget (4.5 and earlier
   * know no adaptive thinking). https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking (seen 2026-11-21)
   */
  readonly thinking: 'as-asked' | 'adaptive' | 'budget'
  /**
   * False where `temperature`, `top_p` and `top_k` are refused: Opus 4.7 and later, and API version 2026-10-21.
   * https://platform.claude.com/docs/en/about-claude/models/migration-guide (seen 2026-11-21)
   */
  readonly takesSampling: boolean
  /**
   * False where `temperature` and `top_p` may not stand together, which is so since Opus 4.1: `top_p` is then left
   * out. https://github.com/BerriAI/litellm/issues/15097 (seen 2026-11-21)
   */
  readonly takesTopPWithTemperature: boolean
  /**
   * True where a message of role `system` may stand between the others; elsewhere it moves to the front.
   * https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages (seen 2026-11-21)
   */
  readonly takesSystemInMessages: boolean
  /**
   * True where the first message must be the user's, as on Bedrock.
   * https://github.com/anthropics/anthropic-sdk-typescript/issues/622 (seen 2026-11-21)
   */
  readonly needsUserFirst: boolean
  /** The `type` of the web search tool; `''` where there is none (Bedrock). */
  readonly webSearchType: string
  /** The `type` of the code execution tool; `''` where there is none (Bedrock, Vertex). */
  readonly codeExecutionType: string
  /**
   * What `anthropic_version` says in the body where the model stands in the URL: `vertex-2023-10-16`,
   * `bedrock-2023-05-31`. `''`: the model is in the body and the version in a header.
   * https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai (seen 2026-11-21)
   */
  readonly versionInBody: string
}

/** api.anthropic.com. */
export const defaultQuirks: AnthropicMessagesQuirks = {
  defaultMaxTokens: 32_000,
  thinking: 'as-asked',
  takesSampling: true,
  takesTopPWithTemperature: false,
  takesSystemInMessages: false,
  needsUserFirst: false,
  webSearchType: 'web_search_20250305',
  codeExecutionType: 'code_execution_20250825',
  versionInBody: '',
}
