import type { Price } from '../catalog/price.ts'
import type { DialectId } from '../ir/dialect-id.ts'
import type { JsonObject } from '../ir/json.ts'
import type { ProviderTasks } from '../tasks/task-id.ts'
import type { Deadlines } from '../upstream/deadlines.ts'
import type { AccessDefinition } from './access/access.ts'
import type { Address } from './address/address.ts'
import type { Credential } from './auth/credential.ts'
import type { Secret } from './secret.ts'

export type { Deadlines } from '../upstream/deadlines.ts'

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
  /** Without a trailing slash; the dialect's path is appended. With `access` it is only an example. */
  readonly baseUrl: string
  /** What it must be told before it has an address, or how it authorises calls by more than an API key. */
  readonly access?: AccessDefinition
  /** Environment variables that may hold the API key, first match wins. Empty: no key needed. */
  readonly keyVariables: readonly string[]
  /** The provider's own page about its API. */
  readonly docs: string
  /** Named habits that differ from the dialect's default; see the dialect's `quirks.ts`. */
  readonly quirks?: JsonObject
  /** False: its models embed, rank or moderate, and none of them talks. */
  readonly hasChat?: false
  /** What it does beside chat. A task it does not name is asked for as its dialect's own house does it. */
  readonly tasks?: ProviderTasks
  /** True for servers people run themselves on this machine; found by asking, not by a key. */
  readonly isLocal?: boolean
  /** How such a server tells about itself; absent: it lists its models as OpenAI does. */
  readonly server?: ServerFacts
}

/** How a server that people run themselves tells which models it has, and whether it is ready. */
export interface ServerFacts {
  /** Its lists of models by shape; the first that can be read counts. */
  readonly lists: readonly ModelListShape[]
  /** Answers 200 when the server is ready. From its root, which is the base URL without the version at its end. */
  readonly readyPath?: string
  /** What its list says under `owned_by`, to know it by among servers of the same default address. */
  readonly ownedBy?: string
}

/** A list of models: OpenAI's `/models`, or a server's own, by the name of its route. */
export type ModelListShape = 'models' | 'native-models' | 'tags' | 'info' | 'repository-index'

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
  /** How calls are placed where that is more than the base URL and the dialect's path. */
  readonly address?: Address
  /** What authorises calls where that is more than an API key. */
  readonly credential?: Credential
  /** What its models cost where no deployment says otherwise; undefined: what the catalogue knows. */
  readonly price?: Price
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
  /** What the catalogue knows it by, where `model` is a name the operator chose. */
  readonly baseModel?: string
  /** As the catalogue has them; undefined: nobody knows. */
  readonly contextTokens?: number
  readonly maxOutputTokens?: number
  readonly deadlines: Deadlines
}
