import type { Json } from '@sluice/core/ir/json.ts'
import { parseJson } from '../parse-json.ts'

/**
 * What an answer says, read straight off the wire without any of our codecs, so that a codec cannot hide its own
 * mistakes: the source is read in its dialect, the client's copy in the other, and the two must tell the same.
 */
export interface Facts {
  readonly choices: readonly ChoiceFacts[]
  readonly usage: UsageFacts | undefined
  /** The message of an error inside the answer. */
  readonly error: string | undefined
  /** The dialect's healthy terminal was there. */
  readonly isComplete: boolean
}

/** What one of the n answers says. */
export interface ChoiceFacts {
  readonly text: string
  /** Visible thinking, full or summarised. */
  readonly reasoning: string
  readonly refusal: string
  readonly toolCalls: readonly ToolCallFacts[]
  readonly finish: FinishClass | undefined
}

/** A call the client is to run. */
export interface ToolCallFacts {
  readonly name: string
  /** Parsed JSON arguments; text for a free-form call or for arguments that are no JSON. */
  readonly args: Json
}

/** Coarse enough to be said in every dialect. */
export type FinishClass = 'stop' | 'length' | 'tool-calls' | 'blocked' | 'paused' | 'other'

/** Totals include their parts; undefined where the answer does not tell. */
export interface UsageFacts {
  readonly input: number | undefined
  readonly output: number | undefined
  readonly cacheRead: number | undefined
  readonly cacheWrite: number | undefined
  readonly reasoning: number | undefined
}

/** Collects the pieces of one choice. */
export interface ChoiceDraft {
  text: string
  reasoning: string
  refusal: string
  finish: FinishClass | undefined
  readonly calls: { name: string; args: string }[]
}

/** An empty choice, to be filled. */
export function draftChoice(): ChoiceDraft {
  return { text: '', reasoning: '', refusal: '', finish: undefined, calls: [] }
}

/** A choice whose pieces have all come. */
export function finishDraft({ text, reasoning, refusal, finish, calls }: ChoiceDraft): ChoiceFacts {
  const toolCalls = calls.map(({ name, args }) => ({ name, args: readArgs(args) }))
  return { text, reasoning, refusal, finish, toolCalls }
}

/** No arguments are an empty object: some dialects write `''`, others `{}`. */
export function readArgs(args: string): Json {
  return args.trim() === '' ? {} : (parseJson(args) ?? args)
}
