import type { PassThrough } from '@sluice/core/call/snapshot.ts'
import type { KnownProvider } from '@sluice/core/providers/provider.ts'
import { Secret } from '@sluice/core/providers/secret.ts'
import { isCredential } from '../identity/credential-shape.ts'
import { whyWeak } from '../identity/secret-strength.ts'
import type { ConfiguredKey, ConfiguredProvider, Target } from './config.ts'
import type { ConfigNode } from './config-node.ts'
import { showVariable } from './expand-variables.ts'
import { Fields, type Located, readList, readText } from './fields.ts'
import { keyNameRule, upstreamModelRule } from './name-rules.ts'
import type { Problems } from './problem.ts'
import { quote } from './problem.ts'
import { didYouMean } from './suggest.ts'

const keyKeys = ['name', 'key', 'models', 'providers', 'passthrough']

/** What a key's `models:` may refer to. */
export interface KeyContext {
  readonly models: ReadonlyMap<string, readonly Target[]>
  /** Names under `models:` and `providers:`, also of entries with problems of their own. */
  readonly writtenModels: ReadonlySet<string>
  readonly writtenProviders: ReadonlySet<string>
  readonly providers: ReadonlyMap<string, ConfiguredProvider>
  readonly knownProviders: readonly KnownProvider[]
  readonly problems: Problems
}

/** Reads `keys:`. A key with a problem is left out of the answer. */
export function readKeys(node: Located<ConfigNode> | undefined, context: KeyContext): readonly ConfiguredKey[] {
  const { problems } = context
  const keys: ConfiguredKey[] = []
  const names = new Map<string, number>()
  const values = new Map<string, number>()
  for (const item of (node && readList(node, 'keys', problems)) ?? []) {
    const fields = Fields.open(item, keyKeys, problems)
    if (!fields) continue
    const name = fields.requireText('name', 'Write who uses this key.')
    const key = fields.requireText('key', `Write key: ${showVariable('VARIABLE')}.`)
    const models = readAllowedModels(fields, context)
    const providers = readProviderNames(fields.node('providers'), context)
    const passThrough = readPassThrough(fields.node('passthrough'), { ...context, allowed: providers })
    const isNamed = name && isKeyName(name, problems) && isFirst(name, 'name', names, problems)
    const isStrong = key && isKeyValue(key, problems) && isFirst(key, 'key', values, problems)
    if (isNamed && isStrong) keys.push({ name: name.value, key: new Secret(key.value), models, providers, passThrough })
  }
  return keys
}

function isKeyName(name: Located<string>, problems: Problems): boolean {
  if (keyNameRule.pattern.test(name.value)) return true
  problems.add(name, `a key's name is ${keyNameRule.says}.`)
  return false
}

function isKeyValue(key: Located<string>, problems: Problems): boolean {
  const weakness = whyWeak(key.value)
  if (weakness !== undefined)
    problems.add(key, `this key will not do: ${weakness}.`, 'Make one with: openssl rand -hex 24')
  else if (!isCredential(key.value)) problems.add(key, 'a key cannot hold a comma: no client could send it.')
  else return true
  return false
}

/** False after reporting that an earlier item of the list has the same text; the text itself is not shown. */
function isFirst(
  { value, at, path }: Located<string>,
  what: string,
  lines: Map<string, number>,
  problems: Problems,
): boolean {
  const earlier = lines.get(value)
  if (earlier === undefined) lines.set(value, at.line)
  else problems.add({ at, path }, `another key has the same ${what}, on line ${earlier}.`)
  return earlier === undefined
}

function readAllowedModels(fields: Fields, context: KeyContext): ReadonlySet<string> | undefined {
  const { problems } = context
  const items = fields.list('models', 'model names')
  if (!items) return undefined
  if (items.length === 0) problems.add(fields, 'this key may use no model.', "Leave 'models' out to allow all.")
  const allowed = new Set<string>()
  for (const item of items) {
    const name = readText(item, problems)
    if (name && isModelName(name, context)) allowed.add(name.value)
  }
  return allowed
}

/** A name of `models:`, or `provider/model` of a configured provider. */
function isModelName(name: Located<string>, context: KeyContext): boolean {
  const { models, writtenModels, writtenProviders, providers, problems } = context
  if (writtenModels.has(name.value)) return true
  const slash = name.value.indexOf('/')
  const provider = slash < 0 ? '' : name.value.slice(0, slash)
  const isProvider = providers.has(provider) || writtenProviders.has(provider)
  if (isProvider && upstreamModelRule.pattern.test(name.value.slice(slash + 1))) return true
  const suggestion = didYouMean(name.value, models.keys()) ?? "Write a name of models:, or 'provider/model'."
  problems.add(name, `there is no model ${quote(name.value)}.`, suggestion)
  return false
}

/** Names of configured providers, and of servers that may yet be found on this machine. */
function readProviderNames(
  node: Located<ConfigNode> | undefined,
  context: KeyContext,
): ReadonlySet<string> | undefined {
  const { providers, problems } = context
  const items = node && readList(node, 'provider names', problems)
  if (!node || !items) return undefined
  if (items.length === 0) problems.add(node, 'this names no provider.', 'Leave it out, or name one.')
  const names = new Set<string>()
  for (const item of items) {
    const name = readText(item, problems)
    if (!name) continue
    if (mayExist(name.value, context)) names.add(name.value)
    else
      problems.add(
        name,
        `there is no provider ${quote(name.value)}.`,
        didYouMean(name.value, providers.keys()) ?? 'Write a name of providers:.',
      )
  }
  return names
}

function mayExist(name: string, { providers, writtenProviders, knownProviders }: KeyContext): boolean {
  if (providers.has(name) || writtenProviders.has(name)) return true
  return knownProviders.some(({ id, isLocal }) => isLocal === true && id === name)
}

/** `true`, `false` or names of providers, each of which the key may use at all. */
function readPassThrough(
  node: Located<ConfigNode> | undefined,
  context: KeyContext & { readonly allowed: ReadonlySet<string> | undefined },
): PassThrough | undefined {
  if (node?.value.kind === 'scalar' && typeof node.value.value === 'boolean') return node.value.value || undefined
  if (node?.value.kind === 'scalar' && node.value.value !== null)
    return context.problems.add(
      node,
      "'passthrough' is true, false or a list of providers.",
      'Write passthrough: true.',
    )
  const names = readProviderNames(node, context)
  for (const name of names ?? [])
    if (node && context.allowed && !context.allowed.has(name))
      context.problems.add(
        node,
        `${quote(name)} is not among this key's 'providers'.`,
        'Add it there, or take it out here.',
      )
  return names
}
