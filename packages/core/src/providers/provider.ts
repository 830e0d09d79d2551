import type { Price } from '../catalog/price.ts'
import type { DialectId } from '../ir/dialect-id.ts'
import type { JsonObject } from '../ir/json.ts'
import type { ProviderTasks } from '../tasks/task-id.ts'
import type { Secret } from './secret.ts'

/** What the world knows of a provider before anybody configures it: one small data file each in `known/`. */
export interface KnownProvider {
  /** The name used in `type:` and, when nothing else is configured, in `provider/model`. */
  readonly id: string
  /** What other gateways call it, so that their configurations and model names carry over. */
  readonly aliases?: readonly string[]
  readonly name: string
  readonly dialect: DialectId
  /** Other dialects spoken at the same address, with their default habits. */
  readonly alsoSpeaks?: readonly DialectId[]
  /** Without a trailing slash; the dialect's path is appended. */
  readonly baseUrl: string
  /** Environment variables that may hold the API key, first match wins. Empty: no key needed. */
  readonly keyVariables: readonly string[]
  /** The provider's own page about its API. */
  readonly docs: string
  /** Named habits that differ from the dialect's default; see the dialect's `quirks.ts`. */
  readonly quirks?: JsonObject
  /** What it does beside chat. A task it does not name is asked for as its dialect's own house does it. */
  readonly tasks?: ProviderTasks
  /** True for servers people run themselves on this machine; found by asking, not by a key. */
  readonly isLocal?: boolean
}

/** Every wait of a call has one of these, in milliseconds. */
export interface Deadlines {
  /** To have a connection to the provider. */
  readonly connectMs: number
  /** From sending the request to the first byte of the answer's body. */
  readonly firstTokenMs: number
  /** Between two reads of a body that has begun. */
  readonly gapMs: number
  /** For the whole attempt. */
  readonly totalMs: number
}

/** An address that speaks a dialect, as configured. */
export interface Provider {
  /** The configured name: what `provider/model`, logs and seals say. */
  readonly name: string
  /** The known provider it is one of, by id; absent for a bare dialect at an address. */
  readonly knownId?: string
  /** The dialect its quirks are about. */
  readonly dialect: DialectId
  /**
   * Other dialects spoken at the same address, with their default quirks. A client of any of them is relayed; for other
   * clients they are tried first, and the one that carries most of a request is spoken.
   */
  readonly alsoSpeaks?: readonly DialectId[]
  readonly baseUrl: string
  /** `new URL(baseUrl).origin`; asserted against the final URL just before connecting. */
  readonly origin: string
  readonly apiKey: Secret | undefined
  /** Extra headers the operator configured; they win over the dialect's own. Values may be secret. */
  readonly headers: Readonly<Record<string, Secret>>
  readonly quirks: JsonObject
  readonly tasks?: ProviderTasks
  /**
   * Request fields that spend or cross tenants and are refused unless listed: `previous_response_id`, `store`,
   * `background`, `conversation`, `container`, `file_id`, `service_tier` ...
   */
  readonly allow: ReadonlySet<string>
  readonly deadlines: Deadlines
  /** `demo`: answered inside the process by the built-in echo, never over the network. Absent: over HTTP. */
  readonly transport?: 'demo'
}

/** One model at one provider. */
export interface Deployment {
  readonly provider: Provider
  /** The provider's own name of the model. */
  readonly model: string
  /** What it costs: the operator's word, else the catalogue's; absent: nobody knows. */
  readonly price?: Price
  readonly deadlines: Deadlines
}
