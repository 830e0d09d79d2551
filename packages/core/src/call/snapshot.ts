import type { Catalog } from '../catalog/catalog.ts'
import type { Deployment, Provider } from '../providers/provider.ts'
import type { ModelTable } from '../routing/resolve-model.ts'

/** A caller's credential, without the credential. */
export interface VirtualKey {
  readonly id: string
  readonly name: string
  /** Model names this key may use; undefined means all. */
  readonly models: ReadonlySet<string> | undefined
  /** Configured names of the providers this key's calls may go to; undefined means all. */
  readonly providers?: ReadonlySet<string> | undefined
  /** Providers whose every route this key may reach under `/{provider}/...`; undefined means none. */
  readonly passThrough?: PassThrough | undefined
  readonly source: 'config' | 'store'
}

/** `true` is every provider the key may use at all. */
export type PassThrough = true | ReadonlySet<string>

/**
 * Everything a call needs to know, immutable, swapped whole on reload and read once at the start of a call. The id is
 * on every log line of the call.
 */
export interface Snapshot {
  readonly id: number
  readonly providers: ReadonlyMap<string, Provider>
  /** Names clients use, each with its deployments in the order they are tried. */
  readonly models: ReadonlyMap<string, readonly Deployment[]>
  /** How every name resolves, with what the catalogue knows; absent: only `models` and `provider/model`. */
  readonly table?: ModelTable<Deployment>
  /** Facts about models, for lists; absent: none. */
  readonly catalog?: Catalog
  /** The day it was made, as `2026-11-21`; absent: not told. */
  readonly day?: string
  /** Virtual keys by the hex digest of their keyed hash. */
  readonly keys: ReadonlyMap<string, VirtualKey>
  readonly settings: CallSettings
}

export interface CallSettings {
  /** Largest request body, in bytes; 32 MiB unless configured. */
  readonly bodyLimitBytes: number
  /** Largest whole answer an upstream may send, in bytes. */
  readonly answerLimitBytes: number
  readonly heartbeatMs: number
}
