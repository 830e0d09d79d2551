import type { DialectId } from './dialect-id.ts'
import type { Json, JsonObject } from './json.ts'
import type { CacheMark, Extensions, Part } from './part.ts'

export interface Message {
  /** Kept in the client's order; a dialect that wants the system text apart lifts it itself. */
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool'
  readonly parts: readonly Part[]
  readonly name?: string
  readonly ext?: Extensions
}

interface ToolBase {
  readonly cache?: CacheMark
  readonly ext?: Extensions
}

export interface FunctionTool extends ToolBase {
  readonly kind: 'function'
  readonly name: string
  readonly description?: string
  /** JSON Schema of the arguments, as the client wrote it. */
  readonly parameters: JsonObject
  readonly strict?: boolean
}

/** A free-form tool: the model writes plain text, not JSON. See `custom-tool.ts` for dialects that have none. */
export interface CustomTool extends ToolBase {
  readonly kind: 'custom'
  readonly name: string
  readonly description?: string
  /** A grammar the text must follow, in OpenAI's shape. */
  readonly format?: JsonObject
}

/** Web search run by the provider: the one server tool every dialect has in some form. */
export interface WebSearchTool extends ToolBase {
  readonly kind: 'web-search'
  readonly maxUses?: number
  readonly allowedDomains?: readonly string[]
  readonly blockedDomains?: readonly string[]
  /** Keys city, region, country, timezone; each a string. */
  readonly userLocation?: JsonObject
}

/** Code run by the provider in its own sandbox, with no container of the client's. */
export interface CodeExecutionTool extends ToolBase {
  readonly kind: 'code-execution'
}

/** Any other tool the provider runs or defines. Its definition means something to one dialect only. */
export interface ProviderTool {
  readonly kind: 'provider'
  readonly dialect: DialectId
  readonly value: JsonObject
}

export type Tool = FunctionTool | CustomTool | WebSearchTool | CodeExecutionTool | ProviderTool

export type ToolChoice =
  | { readonly mode: 'auto' | 'none' | 'required' }
  /** Exactly this tool. */
  | { readonly mode: 'tool'; readonly name: string }
  /** One of these tools (`required`), or none or some of these (`auto`). */
  | { readonly mode: 'subset'; readonly names: readonly string[]; readonly must: boolean }

export type OutputFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | {
      readonly kind: 'json-schema'
      /** `''` when the dialect has no name for it. */
      readonly name: string
      readonly description?: string
      readonly schema: JsonObject
      readonly strict: boolean
    }

export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max'

export interface Reasoning {
  readonly effort?: ReasoningEffort
  /** A cap on thinking tokens; -1 lets the model choose. */
  readonly budgetTokens?: number
  /** Whether the client wants to see the thinking. Absent: the provider's default. */
  readonly show?: 'full' | 'summary' | 'hidden'
}

/**
 * One request for an answer, in no dialect. Absent means "the client did not say"; nothing is defaulted here.
 * A field is a word here once two dialects have it; what only one dialect has stays in `ext`.
 */
export interface GenerateRequest {
  readonly model: string
  readonly messages: readonly Message[]
  readonly tools: readonly Tool[]
  readonly toolChoice?: ToolChoice
  readonly parallelToolCalls?: boolean
  readonly format?: OutputFormat
  readonly reasoning?: Reasoning
  /** How wordy the answer is to be. */
  readonly verbosity?: 'low' | 'medium' | 'high'
  readonly modalities?: readonly ('text' | 'audio' | 'image')[]
  /** Voice and encoding (`wav`, `mp3`, `pcm16` ...) when audio is asked for. */
  readonly audio?: { readonly voice?: string; readonly format?: string }
  readonly choices?: number
  readonly maxOutputTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly seed?: number
  readonly stop: readonly string[]
  readonly frequencyPenalty?: number
  readonly presencePenalty?: number
  readonly logprobs?: { readonly top: number }
  readonly stream: boolean
  /** The client asked for usage in the stream (openai-chat). Other dialects always send it. */
  readonly streamUsage?: boolean
  /** The client's own id of its end user. */
  readonly endUser?: string
  readonly safetyIdentifier?: string
  /** Key-value pairs for the provider's log. */
  readonly metadata?: JsonObject
  readonly store?: boolean
  readonly promptCacheKey?: string
  readonly promptCacheRetention?: string
  readonly serviceTier?: string
  /** Top-level fields of the client's dialect that have no word here. */
  readonly ext?: Extensions
}

/** One thing a translation could not carry over. */
export interface Loss {
  /** `request` losses are refused under `x-sluice-strict: 1`; `response` losses can only be told. */
  readonly side: 'request' | 'response'
  /** Where it was, in the words of `ir/`: `messages[3].parts[0].seal`, `tools[1]`, `topK`. */
  readonly path: string
  /** One short sentence: what the target dialect has no place for. */
  readonly why: string
  readonly value?: Json
}
