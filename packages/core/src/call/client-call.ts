import type { ClientDialect, StreamFraming } from '../ir/dialect.ts'
import type { ClientTask } from '../tasks/client-task.ts'
import type { CompletionWireId } from '../tasks/task-id.ts'
import type { CancelSignal } from '../upstream/transport.ts'
import type { VirtualKey } from './snapshot.ts'

/** One call as the server hands it over: authenticated, its body read, nothing of it understood yet. */
export interface ClientCall {
  /** Ours, never a client's header. */
  readonly requestId: string
  /** The route's declared name, for the log: `/v1/chat/completions`. */
  readonly route: string
  readonly codec: ClientDialect
  /** What is asked for, when it is no answer in words. */
  readonly task?: ClientTask | undefined
  /**
   * The client wants a text completed and not a conversation answered: its codec is a projection of openai-chat, and
   * bytes pass only to a provider that is asked in the same form.
   */
  readonly form?: CompletionWireId | undefined
  readonly text: string
  /** The model, where the path names it. */
  readonly pathModel: string | undefined
  /** Whether to stream, where the path says. */
  readonly pathStream: boolean | undefined
  /** Streams of the client's API tell usage, asked or not: OpenRouter's do. */
  readonly alwaysTellsUsage: boolean
  readonly framing: StreamFraming
  /** Client headers that its dialect passes on to a provider of the same dialect. Lower-case names. */
  readonly passHeaders: Readonly<Record<string, string>>
  /** The query that goes on with them: `?beta=true`, or ''. */
  readonly passQuery: string
  /** `x-sluice-strict: 1`: refuse what cannot be carried over. */
  readonly isStrict: boolean
  readonly key: VirtualKey
  /** Aborted when the client is gone. */
  readonly signal: CancelSignal
}

/** Where a streamed answer is written. */
export interface AnswerSink {
  /** Resolves when the client has room for more; rejects or throws when it is gone. */
  write(chunk: string | Uint8Array): void | Promise<void>
  /** Breaks the body off, so that the client sees that it is not whole. Nothing may be written after it. */
  cut(): void
}

/** A body that is produced while it is sent. `run` is called once and never rejects. */
export interface StreamBody {
  run(sink: AnswerSink): Promise<void>
}

/** What the server sends back. */
export interface CallAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | StreamBody
}
