import type { FailedAnswer } from '../../ir/dialect.ts'
import type { DialectId } from '../../ir/dialect-id.ts'
import type { Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import type { Loss } from '../../ir/request.ts'
import type { CountWireId, TaskId } from '../../tasks/task-id.ts'
import type { UpstreamAnswer } from '../../upstream/transport.ts'

/**
 * How a provider differs from "its base URL, the dialect's path, a key in a header". Pure: the same call is placed the
 * same way each time. An ordinary provider has none.
 */
export interface Address {
  /** The dialects this model is spoken to in, in the order a translation tries them. Never empty. */
  dialectsOf(model: string): readonly DialectId[]
  /** Habits in each dialect, over the dialect's own defaults. */
  readonly quirks?: Readonly<Partial<Record<DialectId, JsonObject>>>
  /** Habits of one model in this dialect, over those of the address. */
  habitsOf?(model: string, dialect: DialectId): JsonObject | undefined
  /** How it counts tokens of a request to this model; undefined when it does not. */
  countsBy?(model: string): CountWireId | undefined
  /** Where and how a call goes. */
  place(call: AddressedCall): Result<Placement>
  /** How an API key is presented, where that is not the dialect's own way. */
  readonly keyHeaders?: (apiKey: string) => Readonly<Record<string, string>>
}

/** A call as its dialect would send it. */
export interface AddressedCall {
  readonly dialect: DialectId
  /** `generate`: an answer in words. `count`: only its tokens are to be counted. */
  readonly task: 'generate' | 'count' | TaskId
  readonly model: string
  readonly isStream: boolean
  /** The dialect's own path and query, and the query a client passed on: `/messages?beta=true`. */
  readonly path: string
  /** The dialect's own headers and those a client passed on. */
  readonly headers: Readonly<Record<string, string>>
}

/** The same call as this address wants it. */
export interface Placement {
  /** Appended to the provider's base URL. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Top-level members of the body to write. */
  readonly set?: Readonly<Record<string, Json>>
  /** Top-level members to leave out. */
  readonly drop?: readonly string[]
  /** What the address cannot carry. */
  readonly losses?: readonly Omit<Loss, 'side'>[]
  /** Turns an answer into the dialect's own framing. */
  readonly unwrap?: (answer: UpstreamAnswer) => UpstreamAnswer
  /** Turns an error answer into the dialect's own shape, where the address has another. */
  readonly rewordFailure?: (answer: FailedAnswer) => FailedAnswer
}
