import type { DialectId } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import type { Deadlines, KnownProvider } from '@sluice/core/providers/provider.ts'
import type { Config, ConfiguredProvider, Settings } from './config.ts'
import type { ConfigNode } from './config-node.ts'
import {
  defineDemoProvider,
  defineKnownProvider,
  demoProviderName,
  detectFromEnvironment,
  findKey,
  serverFactsOf,
} from './default-provider.ts'
import type { Environment } from './expand-variables.ts'
import { Fields, type Located, readList, readText } from './fields.ts'
import { parseYaml } from './parse-yaml.ts'
import { type Problem, Problems } from './problem.ts'
import { detectAccess } from './read-access.ts'
import { readKeys } from './read-keys.ts'
import { readModels } from './read-models.ts'
import { type ReadContext, readProviders } from './read-providers.ts'
import { readSettings } from './read-settings.ts'

/** What a configuration is read against. */
export interface ConfigSurroundings {
  /** The file's name, for messages. */
  readonly file: string
  readonly env: Environment
  readonly knownProviders: readonly KnownProvider[]
  /** Each dialect's quirks with their defaults, to check `quirks:` by; absent: they are taken as they stand. */
  readonly defaultQuirks?: Partial<Readonly<Record<DialectId, JsonObject>>>
}

/** A whole configuration without a single problem, or every problem found. */
export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Reads a configuration: the text of `sluice.yaml` ('' when there is none) and the environment. Pure: the same text and
 * surroundings give the same answer, and nothing outside is looked at. Never throws.
 */
export function readConfig(text: string, surroundings: ConfigSurroundings): ConfigResult {
  const problems = new Problems(surroundings.file)
  const root = parseYaml(text, surroundings.env, problems)
  const config = problems.isEmpty || root ? readSections(root, { ...surroundings, problems }) : undefined
  return config && problems.isEmpty ? { ok: true, config } : { ok: false, problems: problems.list() }
}

const sections = ['providers', 'models', 'keys', 'settings', 'catalog']
const start = { line: 1, column: 1 }

function readSections(root: ConfigNode | undefined, context: ReadContext): Config | undefined {
  const { problems, knownProviders } = context
  const document: ConfigNode = root ?? { kind: 'map', entries: [], at: start }
  const fields = Fields.open({ value: document, at: document.at, path: '' }, sections, problems)
  if (!fields) return undefined
  const settings = readSettings(fields.node('settings'), problems)
  const written = readProviders(fields.node('providers'), settings.deadlines, context)
  const providers = addProviders(written, namedTargets(fields.node('models')), { settings, context })
  const writtenProviders = namesIn(fields.node('providers'))
  const models = readModels(fields.node('models'), {
    providers,
    brokenProviders: writtenProviders,
    knownProviders,
    problems,
  })
  const writtenModels = namesIn(fields.node('models'))
  const keys = readKeys(fields.node('keys'), {
    models,
    writtenModels,
    writtenProviders,
    providers,
    knownProviders,
    problems,
  })
  return { providers, models, keys, settings, catalogFiles: readCatalogFiles(fields.node('catalog'), problems) }
}

/** One path or a list of them. */
function readCatalogFiles(node: Located<ConfigNode> | undefined, problems: Problems): readonly string[] {
  if (!node) return []
  const items = node.value.kind === 'list' ? readList(node, 'files', problems) : [node]
  return (items ?? []).flatMap((item) => readText(item, problems)?.value ?? [])
}

/** The written providers, then what the environment brings, local servers that targets name, and the built-in one. */
function addProviders(
  written: ReadonlyMap<string, ConfiguredProvider>,
  targets: ReadonlySet<string>,
  { settings, context }: { readonly settings: Settings; readonly context: ReadContext },
): ReadonlyMap<string, ConfiguredProvider> {
  const { deadlines, isDetecting } = settings
  const { knownProviders, env } = context
  const providers = new Map(written)
  const found = isDetecting
    ? [...detectFromEnvironment(knownProviders, env, deadlines), ...detectClouds(knownProviders, env, deadlines)]
    : []
  for (const each of [...found, ...namedLocals(targets, deadlines, context)])
    if (!providers.has(each.provider.name)) providers.set(each.provider.name, each)
  providers.set(demoProviderName, defineDemoProvider(deadlines))
  return providers
}

function detectClouds(
  knownProviders: readonly KnownProvider[],
  env: Environment,
  deadlines: Deadlines,
): readonly ConfiguredProvider[] {
  return knownProviders.map((known) => detectAccess(known, env, deadlines)).filter((each) => each !== undefined)
}

/** A server on this machine needs no entry of its own: naming it in a target is enough. */
function namedLocals(
  targets: ReadonlySet<string>,
  deadlines: Deadlines,
  { knownProviders, env }: ReadContext,
): readonly ConfiguredProvider[] {
  return knownProviders
    .filter((known) => known.isLocal === true && targets.has(known.id))
    .map((known) => ({
      provider: defineKnownProvider(known, findKey(known, env)?.apiKey, deadlines),
      source: 'local',
      server: serverFactsOf(known),
    }))
}

/** Every `provider:` in `models:`, before anything is checked. */
function namedTargets(models: Located<ConfigNode> | undefined): ReadonlySet<string> {
  const names = new Set<string>()
  if (models?.value.kind !== 'map') return names
  for (const { value } of models.value.entries) {
    if (value.kind !== 'list') continue
    for (const item of value.items) {
      const provider = item.kind === 'map' ? item.entries.find(({ key }) => key === 'provider')?.value : undefined
      if (provider?.kind === 'scalar' && typeof provider.value === 'string') names.add(provider.value)
    }
  }
  return names
}

function namesIn(section: Located<ConfigNode> | undefined): ReadonlySet<string> {
  return new Set(section?.value.kind === 'map' ? section.value.entries.map(({ key }) => key) : [])
}
