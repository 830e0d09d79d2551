import type { DialectId } from './dialect-id.ts'
import type { JsonObject } from './json.ts'

/** Fields of one dialect that this language has no word for. Only that dialect may read or write them. */
export type Extensions = { readonly [D in DialectId]?: JsonObject }

/**
 * Something a provider hands out and wants back unread: a thinking signature, an encrypted
 * reasoning item. It goes back only to where it came from. See `seal.ts` for how it travels.
 */
export interface Seal {
  readonly dialect: DialectId
  /** The configured provider that made it; absent when the client sent it back in its native, unwrapped form. */
  readonly provider?: string
  readonly data: string
  /** The id of the item that carried it, where the dialect has one (a Responses reasoning item). */
  readonly id?: string
}

/** "Cache the prompt up to and including here." */
export interface CacheMark {
  readonly ttl?: '5m' | '1h'
}

interface PartBase {
  readonly seal?: Seal
  readonly cache?: CacheMark
  readonly ext?: Extensions
}

export interface TextPart extends PartBase {
  readonly kind: 'text'
  readonly text: string
  readonly citations?: readonly Citation[]
  readonly logprobs?: readonly TokenLogprob[]
}

export interface RefusalPart extends PartBase {
  readonly kind: 'refusal'
  readonly text: string
}

/** `full` is the model's own thinking, `summary` a digest of it, `redacted` is only a seal and has no text. */
export interface ReasoningPart extends PartBase {
  readonly kind: 'reasoning'
  readonly form: 'full' | 'summary' | 'redacted'
  readonly text: string
}

/** An image, a sound, a video, a PDF or a text file; which one is said by `mediaType`. */
export interface MediaPart extends PartBase {
  readonly kind: 'media'
  /** IANA media type. A dialect that does not say uses a wildcard: `image/*`, `audio/*`, `application/*`. */
  readonly mediaType: string
  readonly source:
    | { readonly from: 'base64'; readonly data: string }
    | { readonly from: 'url'; readonly url: string }
    | { readonly from: 'text'; readonly text: string }
    | { readonly from: 'file'; readonly dialect: DialectId; readonly id: string }
  readonly filename?: string
  /** How closely an image is to be looked at. */
  readonly detail?: 'low' | 'high' | 'auto'
  /** What a sound says, when the model that made it tells. */
  readonly transcript?: string
}

export interface ToolCallPart extends PartBase {
  readonly kind: 'tool-call'
  /** Never empty: a decoder whose dialect may leave it out makes one. */
  readonly id: string
  readonly name: string
  /** The argument text exactly as the model wrote it; it may not be valid JSON. `''` means no arguments. */
  readonly args: string
  /** `text` for a custom (free-form) tool, whose `args` are not JSON. Absent means JSON. */
  readonly form?: 'text'
  /** Who runs it. A provider's own tool call is history, not a request to the client. */
  readonly executor: 'client' | 'provider'
}

export interface ToolResultPart extends PartBase {
  readonly kind: 'tool-result'
  readonly callId: string
  /** The tool's name where the dialect repeats it (gemini); `''` otherwise. */
  readonly name: string
  readonly content: readonly Part[]
  readonly isError: boolean
}

/** A block only its own dialect understands. Others drop it and say so. */
export interface OpaquePart extends PartBase {
  readonly kind: 'opaque'
  readonly dialect: DialectId
  readonly value: JsonObject
}

export type Part = TextPart | RefusalPart | ReasoningPart | MediaPart | ToolCallPart | ToolResultPart | OpaquePart

export interface Citation {
  readonly source:
    | { readonly kind: 'url'; readonly url: string; readonly title?: string }
    | { readonly kind: 'document'; readonly index: number; readonly title?: string }
    | { readonly kind: 'other' }
  readonly quote?: string
  /** Character range in the part's own text, when the provider says. End is exclusive. */
  readonly span?: readonly [start: number, end: number]
  readonly ext?: Extensions
}

/** One output token with its log probability (natural logarithm). */
export interface TokenLogprob {
  readonly token: string
  readonly logprob: number
  readonly bytes?: readonly number[]
  readonly top?: readonly Omit<TokenLogprob, 'top'>[]
}
