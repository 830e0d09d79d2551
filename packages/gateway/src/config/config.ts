import type { PassThrough } from '@sluice/core/call/snapshot.ts'
import type { Price } from '@sluice/core/catalog/price.ts'
import type { Deadlines, KnownProvider, Provider, ServerFacts } from '@sluice/core/providers/provider.ts'
import type { Secret } from '@sluice/core/providers/secret.ts'

/**
 * What `sluice.yaml` and the environment say together, checked: every name in it leads somewhere. `buildSnapshot` makes
 * of it what calls read.
 */
export interface Config {
  /** By name, in the order of the file, then what the environment brought, then the built-in one. */
  readonly providers: ReadonlyMap<string, ConfiguredProvider>
  /** The names clients use, each with its targets in the order they are tried; never empty. */
  readonly models: ReadonlyMap<string, readonly Target[]>
  readonly keys: readonly ConfiguredKey[]
  readonly settings: Settings
  /** Catalogues of the operator's own, as written: relative to the file's folder. The first wins. */
  readonly catalogFiles: readonly string[]
}

/** A provider and how it came to be here: written in the file, found, or built in. */
export interface ConfiguredProvider {
  readonly provider: Provider
  readonly source: 'file' | 'environment' | 'local' | 'built-in'
  /** The environment variable that brought it, for `environment`. */
  readonly variable?: string
  /** How its models are found out and its health is probed; absent: neither is. */
  readonly server?: ServerFacts
}

/** One model at one provider. `provider` is a key of `Config.providers`. */
export interface Target {
  readonly provider: string
  readonly model: string
  /** What the catalogue knows it by, where `model` is a name the operator chose. */
  readonly baseModel?: string
  readonly price?: Price
  readonly deadlines: Deadlines
}

/** A virtual key written in the file. */
export interface ConfiguredKey {
  readonly name: string
  readonly key: Secret
  /** Undefined: all models. */
  readonly models: ReadonlySet<string> | undefined
  /** Undefined: all providers. */
  readonly providers: ReadonlySet<string> | undefined
  /** Undefined: none. */
  readonly passThrough: PassThrough | undefined
}

/** A self-hosted server as it was last seen. */
export interface FoundServer {
  /** The provider's name: a configured one's, or the known one's id. */
  readonly name: string
  /** Set for one that nobody configured, found at its usual address: it becomes a provider under the known one's id. */
  readonly found?: { readonly known: KnownProvider; readonly apiKey: Secret | undefined }
  /** The models it says it has, as it names them. */
  readonly models: readonly string[]
  /** How many tokens a model takes, where it says. */
  readonly contextTokens?: ReadonlyMap<string, number>
  /** One that is down is tried last. */
  readonly isUp: boolean
}

/** `settings:` with its defaults filled in. */
export interface Settings {
  readonly bodyLimitBytes: number
  readonly answerLimitBytes: number
  readonly heartbeatMs: number
  /** How long open streams may go on after SIGTERM. Undefined: not said here. */
  readonly drainMs: number | undefined
  /** How long new connections are still taken after readiness began to fail: load balancers need a moment to look away. */
  readonly drainGraceMs: number
  readonly deadlines: Deadlines
  /** Whether providers are taken from the environment and looked for on this machine. */
  readonly isDetecting: boolean
  /** From one look at the self-hosted servers to the next. */
  readonly probeMs: number
}

/** What a setting is when nobody says. */
export const defaultSettings: Settings = {
  bodyLimitBytes: 32 * 1024 * 1024,
  answerLimitBytes: 64 * 1024 * 1024,
  heartbeatMs: 15_000,
  drainMs: undefined,
  drainGraceMs: 5_000,
  deadlines: { connectMs: 10_000, firstTokenMs: 600_000, gapMs: 120_000, totalMs: 3_600_000 },
  isDetecting: true,
  probeMs: 30_000,
}
