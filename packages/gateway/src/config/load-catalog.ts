import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Catalog } from '@sluice/core/catalog/catalog.ts'
import { readCatalog, readCatalogText } from '@sluice/core/catalog/read-catalog.ts'
import type { Result } from '@sluice/core/ir/failure.ts'
import { parse } from 'yaml'
import type { Config } from './config.ts'

/** The catalogue of this moment, or every reason why there is none. */
export type CatalogResult =
  | { readonly ok: true; readonly catalog: Catalog }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads the catalogue that a configuration asks for. */
export type CatalogLoader = (config: Config) => CatalogResult

/** Where `catalog update` puts what it was given, in the data directory. */
export const updateFile = 'catalog.jsonl'

/** Where catalogues are looked for. */
export interface CatalogPlaces {
  readonly configPath: string
  readonly dataDir: string
}

/**
 * The operator's own files win, then what `catalog update` brought, then the one we ship. What was read is kept while
 * nothing changes: reloads are frequent and catalogues are not.
 */
export function createCatalogLoader(places: CatalogPlaces): CatalogLoader {
  let builtIn: readonly string[] | undefined
  let last: { readonly key: string; readonly catalog: Catalog } | undefined
  return (config) => {
    const own = readSources(config.catalogFiles, places)
    if (!own.ok) return own
    if (own.sources.length === 0 && !needsFacts(config)) return { ok: true, catalog: new Catalog([]) }
    builtIn ??= readBuiltIn()
    const key = own.sources.map((lines) => lines.join('\n')).join('\n\n')
    if (last?.key !== key) last = { key, catalog: new Catalog([...own.sources, builtIn]) }
    return { ok: true, catalog: last.catalog }
  }
}

/** The whole catalogue, whether or not anybody configured a provider that is in it. */
export function loadWholeCatalog(files: readonly string[], places: CatalogPlaces): CatalogResult {
  const own = readSources(files, places)
  return own.ok ? { ok: true, catalog: new Catalog([...own.sources, readBuiltIn()]) } : own
}

function readSources(
  files: readonly string[],
  places: CatalogPlaces,
):
  | { readonly ok: true; readonly sources: readonly (readonly string[])[] }
  | { readonly ok: false; readonly problems: readonly string[] } {
  const problems: string[] = []
  const sources: (readonly string[])[] = []
  for (const path of pathsOf(files, places)) {
    const read = readSource(path)
    if (read && !read.ok) problems.push(`${path.path}: ${read.failure.message}`)
    else if (read) sources.push(read.value)
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, sources }
}

/** Most first starts have no provider that anybody knows: then there is nothing to look up. */
function needsFacts({ providers }: Config): boolean {
  return [...providers.values()].some(({ provider }) => provider.knownId !== undefined)
}

interface SourcePath {
  readonly path: string
  /** False: it may be absent. */
  readonly isNamed: boolean
}

function pathsOf(files: readonly string[], { configPath, dataDir }: CatalogPlaces): readonly SourcePath[] {
  const named = files.map((file) => ({ path: resolve(dirname(configPath), file), isNamed: true }))
  return [...named, { path: join(dataDir, updateFile), isNamed: false }]
}

function readSource({ path, isNamed }: SourcePath): Result<readonly string[]> | undefined {
  const text = readText(path)
  if (text !== undefined) return readCatalogFile(path, text)
  if (!isNamed) return undefined
  const message = 'this catalogue is missing or cannot be read.'
  return { ok: false, failure: { kind: 'invalid-request', message, retry: 'never' } }
}

/** A catalogue's text, as YAML or as JSON by the end of its name. */
export function readCatalogFile(name: string, text: string): Result<readonly string[]> {
  return /\.ya?ml$/i.test(name) ? readYaml(text) : readCatalogText(text)
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** A catalogue as YAML: the same list of models. */
function readYaml(text: string): Result<readonly string[]> {
  try {
    return readCatalog(parse(text, { maxAliasCount: 0 }))
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''
    return { ok: false, failure: { kind: 'invalid-request', message: `This is no YAML: ${why}`, retry: 'never' } }
  }
}

function readBuiltIn(): readonly string[] {
  const path = fileURLToPath(import.meta.resolve('@sluice/core/catalog/models.jsonl'))
  return readFileSync(path, 'utf8').trimEnd().split('\n')
}
