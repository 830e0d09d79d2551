import type { DialectId } from './dialect-id.ts'
import type { Failure } from './failure.ts'
import type { JsonObject } from './json.ts'
import type {
  Citation,
  Extensions,
  MediaPart,
  OpaquePart,
  ReasoningPart,
  Seal,
  TokenLogprob,
  ToolCallPart,
} from './part.ts'
import type { Usage } from './usage.ts'

/** What is known about a part when it opens; its text arrives in deltas. */
export type PartHead =
  | { readonly kind: 'text' | 'refusal'; readonly seal?: Seal }
  | (Pick<ReasoningPart, 'kind' | 'form'> & { readonly seal?: Seal })
  | (Pick<ToolCallPart, 'kind' | 'id' | 'name' | 'executor' | 'form'> & { readonly seal?: Seal })
  | (Pick<MediaPart, 'kind' | 'mediaType' | 'filename'> & { readonly seal?: Seal })
  | Pick<OpaquePart, 'kind' | 'dialect' | 'value'>

export type FinishReason =
  | 'stop'
  | 'stop-sequence'
  | 'length'
  | 'tool-calls'
  | 'refusal'
  | 'content-filter'
  | 'paused'
  | 'other'

interface At {
  /** Which of the n answers. */
  readonly choice: number
  /** Which part of that answer, counted from 0 in the order the parts opened. */
  readonly part: number
}

/**
 * The answer of a model as a sequence of facts, in this order:
 *
 *   start ( part-start delta* part-end | usage | opaque )* finish* usage* end
 *
 * One `finish` per choice, after all of that choice's parts have ended. `error` may replace anything from the first
 * event on and is then the last event. Parts may interleave. Every `usage` is a whole snapshot that replaces the one
 * before. Nothing follows `end` or `error`. `grammar.ts` checks all this.
 */
export type StreamEvent =
  | { readonly type: 'start'; readonly id: string; readonly model: string; readonly ext?: Extensions }
  | (At & { readonly type: 'part-start'; readonly head: PartHead; readonly ext?: Extensions })
  | (At & { readonly type: 'text-delta'; readonly text: string })
  | (At & { readonly type: 'reasoning-delta'; readonly text: string })
  | (At & { readonly type: 'args-delta'; readonly json: string })
  /** `base64` pieces are concatenated as text: a decoder emits pieces whose concatenation is valid base64, or one piece. */
  | (At & {
      readonly type: 'media-delta'
      readonly base64?: string
      readonly url?: string
      readonly transcript?: string
    })
  | (At & { readonly type: 'citation'; readonly citation: Citation })
  /** Pieces of one seal: `data` is concatenated. */
  | (At & { readonly type: 'seal-delta'; readonly seal: Seal })
  | (At & { readonly type: 'logprobs'; readonly tokens: readonly TokenLogprob[] })
  | (At & { readonly type: 'opaque-delta'; readonly dialect: DialectId; readonly value: JsonObject })
  /** `ext` holds what the dialect says only when the part is complete; it is merged over the part's own. */
  | (At & { readonly type: 'part-end'; readonly ext?: Extensions })
  | { readonly type: 'usage'; readonly usage: Usage }
  | {
      readonly type: 'finish'
      readonly choice: number
      readonly reason: FinishReason
      /** The provider's own word, null when it gave none. */
      readonly raw: string | null
      /** The stop sequence that was hit, when the provider tells. */
      readonly stopSequence?: string
      readonly ext?: Extensions
    }
  | { readonly type: 'opaque'; readonly dialect: DialectId; readonly value: JsonObject }
  | { readonly type: 'error'; readonly failure: Failure }
  /** `ext` holds what the dialect says of the whole answer only at its end; it is merged over that of `start`. */
  | { readonly type: 'end'; readonly ext?: Extensions }

export type Emit = (event: StreamEvent) => void
