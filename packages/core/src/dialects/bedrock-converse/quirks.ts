import type { JsonObject } from '../../ir/json.ts'

/**
 * Habits in which the models behind Converse differ. The API takes the same words for all of them and then refuses what
 * a model does not know: https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
 * (seen 2026-11-21). The default is what most models take.
 */
export interface BedrockConverseQuirks {
  /**
   * Whose own request fields may stand in `additionalModelRequestFields`, for what Converse has no word: thinking, top-k,
   * one call at a time. `none`: these are left out and reported, because another maker's model refuses them.
   * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html (seen 2026-11-21)
   */
  readonly modelFields: 'none' | 'claude' | 'nova' | 'gpt-oss'
  /**
   * How thinking is asked for. `none`: the model does not think. The others are about Claude. `as-asked`: an effort
   * becomes adaptive thinking, a budget stays a budget. `adaptive`: always adaptive with an effort (Opus 4.7 and later
   * refuse a budget). `budget`: always a budget (4.5 and earlier know no adaptive thinking).
   * https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html (seen 2026-11-21)
   */
  readonly thinking: 'as-asked' | 'adaptive' | 'budget' | 'none'
  /**
   * What `toolChoice` may say. `all`: any tool, one named tool, or as the model likes. `any`: no named tool (Mistral
   * Large). `auto`: no tool can be forced. `none`: the field itself is refused (Llama).
   * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolChoice.html (seen 2026-11-21)
   */
  readonly toolChoice: 'all' | 'any' | 'auto' | 'none'
  /** False where `system` is refused (Titan Text, Mistral 7B): its text then opens the first user message. */
  readonly takesSystem: boolean
  /**
   * Where a `cachePoint` may stand. `messages`: not among tools (Nova). `none`: nowhere.
   * https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html (seen 2026-11-21)
   */
  readonly cachePoints: 'all' | 'messages' | 'none'
  /**
   * False where `outputConfig.textFormat` is refused: then an answer's schema is left out and reported.
   * https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html (seen 2026-11-21)
   */
  readonly takesSchema: boolean
  /** False where `temperature` and `topP` may not stand together (Claude since Opus 4.1): `topP` is then left out. */
  readonly takesTopPWithTemperature: boolean
  /**
   * False where the `status` of a tool's result is refused: only Nova and Claude know it.
   * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolResultBlock.html (seen 2026-11-21)
   */
  readonly takesToolStatus: boolean
  /** The system tool that searches the web: `nova_grounding`. `''` where there is none. */
  readonly webSearchTool: string
  /** The system tool that runs code: `nova_code_interpreter`. `''` where there is none. */
  readonly codeExecutionTool: string
  /**
   * Fields every request of this provider carries, in the API's own words: `guardrailConfig`, `performanceConfig`,
   * `requestMetadata`, `additionalModelRequestFields` ... What a request says itself stands beside them, and wins.
   */
  readonly addedFields: JsonObject
}

/** A model of which nothing more is known. */
export const defaultQuirks: BedrockConverseQuirks = {
  modelFields: 'none',
  thinking: 'as-asked',
  toolChoice: 'all',
  takesSystem: true,
  cachePoints: 'all',
  takesSchema: true,
  takesTopPWithTemperature: true,
  takesToolStatus: true,
  webSearchTool: '',
  codeExecutionTool: '',
  addedFields: {},
}
