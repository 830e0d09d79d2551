import { readFile } from 'node:fs/promises'
import type { Snapshot } from '@sluice/core/call/snapshot.ts'
import type { KeyHasher } from '../identity/key-hasher.ts'
import type { KeyStore } from '../identity/key-store.ts'
import { buildSnapshot } from './build-snapshot.ts'
import type { Config, FoundServer } from './config.ts'
import type { CatalogLoader } from './load-catalog.ts'
import { formatProblem } from './problem.ts'
import { type ConfigSurroundings, readConfig } from './read-config.ts'
import type { SnapshotHolder } from './snapshot-holder.ts'

/** Why a reload was tried: a signal, a change of the file, of the keys in the store, or of self-hosted servers. */
export type ReloadCause = 'signal' | 'file' | 'keys' | 'servers'

/** One line for the log. Holds no secret. */
export type ReloadLine =
  | {
      readonly event: 'config-reloaded'
      readonly cause: ReloadCause
      readonly snapshot: number
      readonly providers: number
      readonly models: number
      readonly keys: number
    }
  /** The old configuration stays. */
  | {
      readonly event: 'config-refused'
      readonly cause: ReloadCause
      readonly snapshot: number
      readonly problems: readonly string[]
    }

export interface ReloadOptions {
  /** The path of the configuration file. */
  readonly path: string
  readonly surroundings: ConfigSurroundings
  /** What is in force now. */
  readonly config: Config
  /** True when the configuration in force came from the file: then a missing file is refused, not read as empty. */
  readonly hasFile: boolean
  readonly hasher: KeyHasher
  readonly store: KeyStore
  /** Self-hosted servers as they are now. */
  readonly servers: () => readonly FoundServer[]
  /** Reads the catalogue that a configuration asks for; absent: there is none. */
  readonly loadCatalog?: CatalogLoader
  readonly holder: SnapshotHolder
  readonly log: (line: ReloadLine) => void
}

/** Replaces the snapshot when what it was made from has changed. Reloads run one after another, never side by side. */
export interface Reloader {
  /** The configuration in force. */
  readonly config: Config
  /** Resolves when a new snapshot is in force, or has been refused and the old one kept; never rejects. */
  reload(cause: ReloadCause): Promise<'reloaded' | 'refused'>
}

/** The file as it is, validated whole, and swapped whole or refused whole. */
export function createReloader(options: ReloadOptions): Reloader {
  const { holder, log } = options
  let config = options.config
  let hasFile = options.hasFile
  let catalog = holder.current.catalog
  let last: Promise<unknown> = Promise.resolve()

  async function readChanged(cause: ReloadCause): Promise<readonly string[]> {
    if (cause === 'keys' || cause === 'servers') return []
    const text = await readText(options.path, hasFile)
    if (text === undefined) return [`${options.path}: the file is missing or cannot be read.`]
    const result = readConfig(text, options.surroundings)
    if (!result.ok) return result.problems.map(formatProblem)
    const loaded = options.loadCatalog?.(result.config)
    if (loaded && !loaded.ok) return loaded.problems
    catalog = loaded?.catalog ?? catalog
    config = result.config
    hasFile ||= text !== ''
    return []
  }

  async function buildNext(): Promise<Snapshot> {
    const { hasher, servers } = options
    const parts = {
      id: holder.current.id + 1,
      hasher,
      servers: servers(),
      nowMs: Date.now(),
      ...(catalog && { catalog }),
    }
    return buildSnapshot(config, { ...parts, storedKeys: await options.store.list() })
  }

  async function reloadNow(cause: ReloadCause): Promise<'reloaded' | 'refused'> {
    const problems = await readChanged(cause)
    if (problems.length > 0) {
      log({ event: 'config-refused', cause, snapshot: holder.current.id, problems })
      return 'refused'
    }
    const next = await buildNext()
    holder.swap(next)
    log({ event: 'config-reloaded', cause, ...sizesOf(next) })
    return 'reloaded'
  }

  async function reloadSafely(cause: ReloadCause): Promise<'reloaded' | 'refused'> {
    try {
      return await reloadNow(cause)
    } catch (error) {
      // A store that cannot be read for a moment must not take the running process down.
      const reason = error instanceof Error ? error.message : 'unknown reason'
      log({ event: 'config-refused', cause, snapshot: holder.current.id, problems: [reason] })
      return 'refused'
    }
  }

  return {
    get config() {
      return config
    },
    reload(cause) {
      const done = last.then(() => reloadSafely(cause))
      last = done
      return done
    },
  }
}

function sizesOf({ id, providers, models, keys }: Snapshot) {
  return { snapshot: id, providers: providers.size, models: models.size, keys: keys.size }
}

/** '' when there is no file and there was none before; undefined when there should be one. */
async function readText(path: string, hasFile: boolean): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return isAbsent && !hasFile ? '' : undefined
  }
}
