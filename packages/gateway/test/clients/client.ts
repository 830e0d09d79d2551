import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'

/** Where a client is pointed: the only things a user changes. */
export interface Target {
  /** The gateway's origin, without a path. */
  readonly url: string
  readonly key: string
  readonly model: string
  /** Ask the model to think, in the client's own words. */
  readonly thinks: boolean
}

/** What a client's user got. */
export interface Said {
  readonly text: string
  /** How many pieces of text came, when the client streams. */
  readonly pieces?: number
  /** As the client counts it; absent where the client does not get it right with the real API either. */
  readonly usage?: { readonly input: number | undefined; readonly output: number | undefined }
  /** The visible thinking of the last answer, where the client shows it. */
  readonly thinking?: string
}

/** A tool that the client runs itself. */
export interface Tool {
  readonly name: string
  readonly description: string
  readonly schema: {
    readonly type: 'object'
    readonly properties: { readonly city: { readonly type: 'string' } }
    readonly required: ['city']
    readonly additionalProperties: false
  }
  /** Each call's arguments, in order. */
  readonly runs: readonly unknown[]
  run(args: unknown): string
}

/** One way of using a client: a method or helper of its own. */
export type Way<Extra extends readonly unknown[] = []> = (target: Target, ...extra: Extra) => Promise<Said>

/** A client library as its users use it. */
export interface Client {
  readonly name: string
  /** What it speaks on the wire. */
  readonly dialect: ClientDialectId
  /** Ways to a whole answer, by name. */
  readonly plain: Readonly<Record<string, Way>>
  /** Ways to a streamed answer. */
  readonly stream: Readonly<Record<string, Way>>
  /** Ways through two turns: the model calls the tool, the client runs it and sends the result. */
  readonly toolTurns: Readonly<Record<string, Way<[Tool]>>>
  /** Ways through two turns that bring back ids of calls, but nothing of the thinking, with the real API too. */
  readonly dropsThinking: readonly string[]
  /** The client has a place for visible thinking. */
  readonly showsThinking: boolean
  /** What a thrown value tells a user of this client; undefined when it is not an error type of the client's own. */
  readError(error: unknown): ClientError | undefined
  /** An error in the middle of a stream looks like its end to this client, whoever sends it. */
  readonly missesStreamErrors?: true
  /** Its error types. */
  readonly errors: ErrorTypes
}

/** Names of the types a client throws. */
export interface ErrorTypes {
  readonly unauthenticated: string
  readonly notFound: string
  readonly rateLimited: string
}

/** A typed error, as its user can tell it from others. */
export interface ClientError {
  readonly type: string
  readonly message: string
  readonly status?: number | undefined
  /** The `retry-after` header, where the error keeps headers. */
  readonly retryAfter?: string | null | undefined
}

/** A tool that reports the weather and remembers who asked. */
export function weatherTool(): Tool {
  const runs: unknown[] = []
  return {
    name: 'weather',
    description: 'The weather of a city.',
    schema: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
    runs,
    run(args) {
      runs.push(args)
      return `17 degrees in ${(args as { city: string }).city}`
    },
  }
}
