import type { ConfigNode, MapEntry } from './config-node.ts'
import { join } from './parse-yaml.ts'
import type { Place, Position, Problems } from './problem.ts'
import { quote } from './problem.ts'
import { closest } from './suggest.ts'

/** A value with its place, so that what is wrong with it can be told later. */
export interface Located<T> extends Place {
  readonly value: T
}

/** Entries of a map whose keys are names somebody chose: `providers`, `models`, `headers`. */
export interface NamedEntry {
  readonly name: Located<string>
  readonly value: Located<ConfigNode>
}

/** What people coming from elsewhere write for our keys. */
const otherWords: ReadonlyMap<string, string> = new Map([
  ['api_base', 'base_url'],
  ['url', 'base_url'],
  ['endpoint', 'base_url'],
  ['token', 'api_key'],
  ['timeout', 'deadlines'],
  ['timeouts', 'deadlines'],
  ['cost', 'price'],
  ['model_name', 'model'],
  ['model_list', 'models'],
  ['virtual_keys', 'keys'],
  ['server', 'settings'],
  ['region', 'aws_region_name'],
  ['aws_region', 'aws_region_name'],
  ['aws_bedrock_runtime_endpoint', 'base_url'],
  ['region_name', 'aws_region_name'],
  ['aws_profile', 'aws_profile_name'],
  ['role_arn', 'aws_role_name'],
  ['aws_role_arn', 'aws_role_name'],
  ['aws_web_identity_token', 'aws_web_identity_token_file'],
  ['project', 'vertex_project'],
  ['location', 'vertex_location'],
  ['credentials', 'vertex_credentials'],
  ['azure_tenant_id', 'tenant_id'],
  ['azure_client_id', 'client_id'],
  ['azure_client_secret', 'client_secret'],
  ['version', 'api_version'],
  ['account', 'account_id'],
])

/**
 * A map with a fixed set of keys, opened for reading. Every reader reports a wrong type at its place and answers
 * undefined for what is absent or wrong; `require...` reports absence too.
 */
export class Fields implements Place {
  readonly at: Position
  readonly path: string
  readonly #entries: ReadonlyMap<string, MapEntry>
  readonly #problems: Problems

  private constructor(place: Place, entries: readonly MapEntry[], problems: Problems) {
    this.at = place.at
    this.path = place.path
    this.#entries = new Map(entries.map((entry) => [entry.key, entry]))
    this.#problems = problems
  }

  /** The map in `node`, after reporting every key that is not in `known`. Nothing (`null`) reads as an empty map. */
  static open(node: Located<ConfigNode>, known: readonly string[], problems: Problems): Fields | undefined {
    const entries = readEntries(node, `a map with ${listNames(known)}`, problems)
    if (!entries) return undefined
    for (const { key, keyAt } of entries) {
      if (known.includes(key)) continue
      const other = otherWords.get(key)
      const close = other !== undefined && known.includes(other) ? other : closest(key, known)
      const suggestion = close === undefined ? `Known here: ${listNames(known)}.` : `Did you mean '${close}'?`
      problems.add({ at: keyAt, path: node.path }, `unknown key ${quote(key)}.`, suggestion)
    }
    return new Fields(node, entries, problems)
  }

  has(key: string): boolean {
    return this.#entries.has(key)
  }

  /** The key's value, whatever it is. */
  node(key: string): Located<ConfigNode> | undefined {
    const entry = this.#entries.get(key)
    return entry && { value: entry.value, at: entry.value.at, path: join(this.path, key) }
  }

  text(key: string): Located<string> | undefined {
    const node = this.node(key)
    return node && readText(node, this.#problems)
  }

  requireText(key: string, suggestion: string): Located<string> | undefined {
    return this.has(key) ? this.text(key) : this.#problems.add(this, `'${key}' is missing.`, suggestion)
  }

  number(key: string): Located<number> | undefined {
    const node = this.node(key)
    return node && readNumber(node, this.#problems)
  }

  boolean(key: string): Located<boolean> | undefined {
    const node = this.node(key)
    return node && readBoolean(node, this.#problems)
  }

  /** Items of a list, each with its place; undefined when absent or no list. */
  list(key: string, of: string): readonly Located<ConfigNode>[] | undefined {
    const node = this.node(key)
    return node && readList(node, of, this.#problems)
  }
}

/** The entries of a map whose keys are free; `[]` for nothing (`null`), undefined after reporting what is no map. */
export function readNamed(
  node: Located<ConfigNode>,
  expected: string,
  problems: Problems,
): readonly NamedEntry[] | undefined {
  return readEntries(node, expected, problems)?.map(({ key, keyAt, value }) => {
    const path = join(node.path, key)
    return { name: { value: key, at: keyAt, path }, value: { value, at: value.at, path } }
  })
}

/** The items of a list; `[]` for nothing (`null`), undefined after reporting what is no list. */
export function readList(
  { value: node, at, path }: Located<ConfigNode>,
  of: string,
  problems: Problems,
): readonly Located<ConfigNode>[] | undefined {
  if (node.kind === 'broken') return undefined
  if (node.kind === 'scalar' && node.value === null) return []
  if (node.kind !== 'list')
    return problems.add({ at, path }, `this must be a list of ${of}, but it is ${describe(node)}.`, listHint)
  return node.items.map((value, index) => ({ value, at: value.at, path: `${path}[${index}]` }))
}

const listHint = "Begin each item with '- ', or write [ ... ]."

/** Text; reports anything else, an empty text too. */
export function readText(
  { value: node, at, path }: Located<ConfigNode>,
  problems: Problems,
): Located<string> | undefined {
  if (node.kind === 'broken') return undefined
  if (node.kind === 'scalar' && (node.value === null || node.value === ''))
    return problems.add({ at, path }, 'this is empty.', 'Write a value, or take the line out.')
  if (node.kind === 'scalar' && typeof node.value === 'string') return { value: node.value, at, path }
  const suggestion = node.kind === 'scalar' ? 'Put it in quotes.' : undefined
  return problems.add({ at, path }, `this must be text, but it is ${describe(node)}.`, suggestion)
}

function readNumber({ value: node, at, path }: Located<ConfigNode>, problems: Problems): Located<number> | undefined {
  if (node.kind === 'broken') return undefined
  const value = node.kind === 'scalar' ? toNumber(node.value, node.isExpanded) : undefined
  if (value !== undefined) return { value, at, path }
  return problems.add({ at, path }, `this must be a number, but it is ${describe(node)}.`)
}

function readBoolean({ value: node, at, path }: Located<ConfigNode>, problems: Problems): Located<boolean> | undefined {
  if (node.kind === 'broken') return undefined
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return { value: node.value, at, path }
  if (node.kind === 'scalar' && node.isExpanded && (node.value === 'true' || node.value === 'false'))
    return { value: node.value === 'true', at, path }
  return problems.add({ at, path }, `this must be true or false, but it is ${describe(node)}.`)
}

function readEntries(
  { value: node, at, path }: Located<ConfigNode>,
  expected: string,
  problems: Problems,
): readonly MapEntry[] | undefined {
  if (node.kind === 'broken') return undefined
  if (node.kind === 'scalar' && node.value === null) return []
  if (node.kind === 'map') return node.entries
  return problems.add({ at, path }, `this must be ${expected}, but it is ${describe(node)}.`)
}

/** A finite number; text counts when it came from a variable and is nothing but a decimal number. */
export function toNumber(value: string | number | boolean | null, isExpanded: boolean): number | undefined {
  const isNumeral = typeof value === 'string' && isExpanded && /^-?\d{1,15}(\.\d{1,15})?$/.test(value)
  const number = isNumeral ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** What a node is, without its value: it may be a secret in the wrong place. */
export function describe(node: ConfigNode): string {
  if (node.kind === 'map') return 'a map'
  if (node.kind === 'list') return 'a list'
  if (node.kind === 'broken' || node.value === null) return 'empty'
  if (typeof node.value === 'string') return 'text'
  return typeof node.value === 'number' ? 'a number' : 'true or false'
}

function listNames(names: readonly string[]): string {
  return names.join(', ')
}
