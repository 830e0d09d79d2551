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

/** Where `sluice catalog update` puts what it was given. */
export const updateFile = 'catalog.jsonl'

/**
 * The operator's own files win, then what `sluice catalog update` brought, then the one we ship. What was read is kept
 * while nothing changes: reloads are frequent and catalogues are not.
 */
export function createCatalogLoader(places: { readonly configPath: string; readonly dataDir: string }): CatalogLoader {
  let builtIn: readonly string[] | undefined
  let last: { readonly key: string; readonly catalog: Catalog } | undefined
  return (config) => {
    const problems: string[] = []
    const sources: (readonly string[])[] = []
    for (const path of pathsOf(config, places)) {
      const read = readSource(path)
      if (read && !read.ok) problems.push(`${path.path}: ${read.failure.message}`)
      else if (read) sources.push(read.value)
    }
    if (problems.length > 0) return { ok: false, problems }
    if (sources.length === 0 && !needsFacts(config)) return { ok: true, catalog: new Catalog([]) }
    builtIn ??= readBuiltIn()
    const key = sources.map((lines) => lines.join('\n')).join('\n\n')
    if (last?.key !== key) last = { key, catalog: new Catalog([...sources, builtIn]) }
    return { ok: true, catalog: last.catalog }
  }
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

function pathsOf(
  { catalogFiles }: Config,
  { configPath, dataDir }: { readonly configPath: string; readonly dataDir: string },
): readonly SourcePath[] {
  const named = catalogFiles.map((file) => ({ path: resolve(dirname(configPath), file), isNamed: true }))
  return [...named, { path: join(dataDir, updateFile), isNamed: false }]
}

function readSource({ path, isNamed }: SourcePath): Result<readonly string[]> | undefined {
  const text = readText(path)
  if (text !== undefined) return /\.ya?ml$/i.test(path) ? readYaml(text) : readCatalogText(text)
  if (!isNamed) return undefined
  const message = 'this catalogue is missing or cannot be read.'
  return { ok: false, failure: { kind: 'invalid-request', message, retry: 'never' } }
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
