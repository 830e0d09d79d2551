/**
 * Named habits of the many hosts that speak this dialect. Each has the default of OpenAI itself; a provider's file sets
 * the others and links the page that says so.
 */
export interface OpenAiChatQuirks {
  /** `optional`: the host may end a stream without `[DONE]`; then a finish reason for every choice is the healthy end. */
  readonly doneMarker: 'required' | 'optional'
  /** Which field caps the output. `as-sent`: the one the client used, `max_completion_tokens` for other clients. */
  readonly maxTokens: 'as-sent' | 'max_tokens' | 'max_completion_tokens'
  /** What a system or developer message is called. */
  readonly systemRole: 'as-sent' | 'system' | 'developer'
  /** False: the host refuses `stream_options`, and sends usage in streams (or never) unasked. */
  readonly streamOptions: boolean
  /** What the random seed is called. */
  readonly seedField: 'seed' | 'random_seed'
  /** The word for "some tool must be called". */
  readonly requiredToolChoice: 'required' | 'any'
  /** False: no `tool_choice` of type `allowed_tools`; only the allowed tools are sent instead. */
  readonly allowedTools: boolean
  /** False: no free-form tools; a function with one string argument stands in. */
  readonly customTools: boolean
  /** False: no `response_format` of type `json_schema`; plain JSON mode is asked for and the schema is lost. */
  readonly jsonSchema: boolean
  /** How thinking is asked for. */
  readonly reasoningControl: 'reasoning_effort' | 'reasoning' | 'thinking' | 'enable_thinking' | 'none'
  /** Where earlier thinking goes back to. `none`: the host wants none back or refuses it. `thinking`: a content part. */
  readonly replayReasoning: 'none' | 'reasoning_content' | 'reasoning' | 'thinking'
  /** How a breakpoint of the prompt cache is marked. `none`: the host caches on its own. */
  readonly cacheMarks: 'none' | 'cache_control' | 'prompt_cache_breakpoint'
  /**
   * How web search is asked for: `options` is a top-level field, `tool` a tool whose type is `webSearchTool`. OpenAI takes
   * the field with its search models alone, which search without it, and answers 400 with every other model:
   * https://platform.openai.com/docs/guides/tools-web-search (seen 2026-11-21). A client that wrote the field keeps it.
   */
  readonly webSearch: 'options' | 'tool' | 'none'
  /** The `type` of the search tool where `webSearch` is `tool`. */
  readonly webSearchTool: string
  /** True: a tool's result may hold images. False: they follow in a user message. */
  readonly toolResultMedia: boolean
  /** True: a file part may name an address instead of holding the bytes. */
  readonly fileUrls: boolean
  /** True: `input_audio.data` may be an address. */
  readonly audioUrls: boolean
  /** True: assistant messages may carry `images`, as the host's own answers do. */
  readonly assistantImages: boolean
  /** Top-level fields the host refuses, by their names on the wire; they are left out, and that is told. */
  readonly unsupported: readonly string[]
  /** The most stop sequences the host takes. */
  readonly maxStops: number
  /** What an id of a tool call may look like: anything, at most 40 characters, or exactly nine letters and digits. */
  readonly toolCallIds: 'any' | 'at-most-40' | 'nine-alphanumeric'
}

/** The habits of OpenAI's own endpoint. */
export const defaultQuirks: OpenAiChatQuirks = {
  doneMarker: 'required',
  maxTokens: 'as-sent',
  systemRole: 'as-sent',
  streamOptions: true,
  seedField: 'seed',
  requiredToolChoice: 'required',
  allowedTools: true,
  customTools: true,
  jsonSchema: true,
  reasoningControl: 'reasoning_effort',
  replayReasoning: 'none',
  cacheMarks: 'none',
  webSearch: 'none',
  webSearchTool: 'web_search',
  toolResultMedia: false,
  fileUrls: false,
  audioUrls: false,
  assistantImages: false,
  unsupported: ['top_k'],
  maxStops: 4,
  toolCallIds: 'at-most-40',
}
