import type { Price } from '@sluice/core/catalog/price.ts'
import type { DialectId } from '@sluice/core/ir/dialect-id.ts'
import { dialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { copiesOpenAi } from '@sluice/core/providers/copies-openai.ts'
import type { Deadlines, KnownProvider, Provider } from '@sluice/core/providers/provider.ts'
import type { Secret } from '@sluice/core/providers/secret.ts'
import { type BaseUrl, readBaseUrl } from './base-url.ts'
import type { ConfiguredProvider } from './config.ts'
import type { ConfigNode } from './config-node.ts'
import { demoProviderName, findKey, serverFactsOf } from './default-provider.ts'
import { type Environment, showVariable } from './expand-variables.ts'
import { Fields, type Located, type NamedEntry, readNamed, readText } from './fields.ts'
import { fieldNameRule, providerNameRule } from './name-rules.ts'
import type { Place, Problems } from './problem.ts'
import { quote } from './problem.ts'
import { type Access, accessFieldNames, readAccess } from './read-access.ts'
import { readHeaderSecret, readHeaders } from './read-headers.ts'
import { readPrice } from './read-price.ts'
import { readQuirks } from './read-quirks.ts'
import { readDeadlines } from './read-settings.ts'
import { readTasks } from './read-tasks.ts'
import { closest, didYouMean } from './suggest.ts'

/** What readers need beside the document. */
export interface ReadContext {
  readonly env: Environment
  readonly knownProviders: readonly KnownProvider[]
  /** Each dialect's quirks with their defaults; absent: quirks are taken as they stand. */
  readonly defaultQuirks?: Partial<Readonly<Record<DialectId, JsonObject>>>
  readonly problems: Problems
}

const providerKeys = [
  'type',
  'dialect',
  'base_url',
  'api_key',
  'headers',
  'quirks',
  'deadlines',
  'allow',
  'price',
  'discover',
  'tasks',
]

/** Reads `providers:`. An entry with a problem is left out of the answer. */
export function readProviders(
  node: Located<ConfigNode> | undefined,
  deadlines: Deadlines,
  context: ReadContext,
): ReadonlyMap<string, ConfiguredProvider> {
  const providers = new Map<string, ConfiguredProvider>()
  const entries = node && readNamed(node, 'a map of names to providers', context.problems)
  for (const entry of entries ?? []) {
    const configured = readProvider(entry, deadlines, context)
    if (configured) providers.set(configured.provider.name, configured)
  }
  return providers
}

function readProvider(
  { name, value }: NamedEntry,
  outer: Deadlines,
  context: ReadContext,
): ConfiguredProvider | undefined {
  const { problems } = context
  if (!isProviderName(name, problems)) return undefined
  const fields = Fields.open(value, [...providerKeys, ...accessFieldNames(peekKnown(name, value, context))], problems)
  if (!fields) return undefined
  const kind = readKind(name, fields, context)
  const access = kind && readPlace(fields, kind, context)
  const rest = {
    headers: readHeaders(fields.node('headers'), problems),
    quirks: readQuirks(fields.node('quirks'), kind?.dialect, context),
    deadlines: readDeadlines(fields.node('deadlines'), outer, problems),
    allow: readAllow(fields, problems),
    ...readOwnPrice(fields, kind, problems),
    ...readTasks(fields.node('tasks'), kind?.known?.tasks, problems),
  }
  if (!kind || !access) return undefined
  const quirks = { ...kind.quirks, ...rest.quirks }
  // Whoever names a dialect wants that one.
  const alsoSpeaks = fields.has('dialect') ? undefined : kind.known?.alsoSpeaks
  const spoken = { dialect: kind.dialect, ...(alsoSpeaks && { alsoSpeaks }) }
  const knownId = kind.known && { knownId: kind.known.id }
  const provider: Provider = { name: name.value, ...knownId, ...spoken, ...access, ...rest, quirks }
  const isAsked = fields.boolean('discover')?.value ?? kind.known?.isLocal === true
  return { provider, source: 'file', ...(isAsked && { server: serverFactsOf(kind.known) }) }
}

/** Where the provider stands and what its calls carry; undefined after reporting what is wrong. */
function readPlace(fields: Fields, kind: Kind, context: ReadContext): Access | undefined {
  const { known } = kind
  const written = fields.has('base_url') || !known?.access ? readAddress(fields, kind, context.problems) : undefined
  if (!written && (fields.has('base_url') || !known?.access)) return undefined
  const apiKey = readApiKey(fields, kind, context)
  if (!known?.access) return written && { baseUrl: written.baseUrl, origin: written.origin, apiKey }
  const node = fields.node('base_url')
  const address = written && node && { ...node, value: written.baseUrl }
  const access = readAccess({ known, definition: known.access, fields, address, apiKey }, context)
  if (!access?.address || !fields.has('dialect')) return access
  return { ...access, address: { ...access.address, dialectsOf: () => [kind.dialect] } }
}

/** The known provider an entry is about, before anything of it is checked: its fields depend on it. */
function peekKnown(
  name: Located<string>,
  { value }: Located<ConfigNode>,
  { knownProviders }: ReadContext,
): KnownProvider | undefined {
  const type = value.kind === 'map' ? value.entries.find(({ key }) => key === 'type')?.value : undefined
  const id = type?.kind === 'scalar' && typeof type.value === 'string' ? type.value : name.value
  return knownProviders.find((each) => each.id === id || each.aliases?.includes(id))
}

/** What all of a provider's models cost unless a target says other: a server of one's own costs nothing by the token. */
function readOwnPrice(fields: Fields, kind: Kind | undefined, problems: Problems): { readonly price?: Price } {
  const price = readPrice(fields.node('price'), problems) ?? (kind?.known?.isLocal === true ? 'free' : undefined)
  return price === undefined ? {} : { price }
}

function isProviderName(name: Located<string>, problems: Problems): boolean {
  if (name.value === demoProviderName) problems.add(name, `'${demoProviderName}' is built in.`, 'Choose another name.')
  else if (!providerNameRule.pattern.test(name.value))
    problems.add(name, `a provider's name is ${providerNameRule.says}.`)
  else return true
  return false
}

/** What sort of provider an entry is: one the world knows, or just a dialect at an address. */
interface Kind {
  readonly dialect: DialectId
  readonly known: KnownProvider | undefined
  readonly quirks: JsonObject
}

function readKind(name: Located<string>, fields: Fields, context: ReadContext): Kind | undefined {
  const { knownProviders, problems } = context
  const type = fields.text('type')
  if (fields.has('type') && !type) return undefined
  const dialect = readDialect(fields, problems)
  if (fields.has('dialect') && !dialect) return undefined
  const id = type?.value ?? name.value
  const known = knownProviders.find((each) => each.id === id || each.aliases?.includes(id))
  if (type && !known) return reportUnknownType(type, knownProviders, problems)
  const spoken = dialect ?? known?.dialect
  if (spoken === undefined) return reportNoKind(name, fields, context)
  return { dialect: spoken, known, quirks: habitsOf(known, spoken) }
}

/** Quirks belong to the dialect they were written for; a nameless chat server is most likely one of OpenAI's copies. */
function habitsOf(known: KnownProvider | undefined, spoken: DialectId): JsonObject {
  if (known) return known.dialect === spoken ? (known.quirks ?? {}) : {}
  return spoken === 'openai-chat' ? { ...copiesOpenAi } : {}
}

function readDialect(fields: Fields, problems: Problems): DialectId | undefined {
  const dialect = fields.text('dialect')
  if (!dialect) return undefined
  const known = dialectIds.find((each) => each === dialect.value)
  if (known !== undefined) return known
  const suggestion = didYouMean(dialect.value, dialectIds) ?? `Known: ${dialectIds.join(', ')}.`
  return problems.add(dialect, `there is no dialect ${quote(dialect.value)}.`, suggestion)
}

function reportUnknownType(type: Located<string>, known: readonly KnownProvider[], problems: Problems): undefined {
  const ids = known.map((each) => each.id)
  const suggestion = didYouMean(type.value, ids) ?? 'For a provider not known here, write dialect and base_url instead.'
  return problems.add(type, `there is no provider type ${quote(type.value)}.`, suggestion)
}

function reportNoKind(name: Located<string>, fields: Fields, { knownProviders, problems }: ReadContext): undefined {
  const close = closest(
    name.value,
    knownProviders.map((each) => each.id),
  )
  const hint = fields.has('base_url') ? 'Add dialect: openai-chat (or another).' : 'Add type, or dialect and base_url.'
  const suggestion = close === undefined ? hint : `Did you mean '${close}'? ${hint}`
  return problems.add(name, `${quote(name.value)} is no known provider.`, suggestion)
}

function readAddress(fields: Fields, { known }: Kind, problems: Problems): Extract<BaseUrl, { ok: true }> | undefined {
  const written = fields.has('base_url') ? fields.text('base_url') : undefined
  if (fields.has('base_url') && !written) return undefined
  const text = written?.value ?? known?.baseUrl
  if (text === undefined)
    return problems.add(fields, "'base_url' is missing.", 'Write, for example, base_url: http://127.0.0.1:8000/v1.')
  const address = readBaseUrl(text)
  return address.ok ? address : problems.add(written ?? fields, address.message, address.suggestion)
}

function readApiKey(fields: Fields, { known }: Kind, { env, problems }: ReadContext): Secret | undefined {
  if (fields.has('api_key')) {
    const node = fields.node('api_key')
    const text = node && readText(node, problems)
    return text && readHeaderSecret(text, problems)
  }
  // A key from the environment goes to the provider's own address only, never to one written beside it.
  if (!known || known.access || fields.has('base_url') || known.keyVariables.length === 0) return undefined
  const found = findKey(known, env)
  if (found) return found.apiKey
  if (known.isLocal) return undefined
  const [variable] = known.keyVariables
  const example = showVariable(variable ?? 'API_KEY')
  return problems.add(fields, "'api_key' is missing.", `Write api_key: ${example}, or set ${variable}.`)
}

function readAllow(fields: Fields, problems: Problems): ReadonlySet<string> {
  const allowed = new Set<string>()
  for (const item of fields.list('allow', 'request fields') ?? []) {
    const name = readText(item, problems)
    if (name && isFieldName(name, problems)) allowed.add(name.value)
  }
  return allowed
}

function isFieldName(name: Located<string>, problems: Problems): boolean {
  if (fieldNameRule.pattern.test(name.value)) return true
  const place: Place = name
  problems.add(place, `a request field's name is ${fieldNameRule.says}.`)
  return false
}
