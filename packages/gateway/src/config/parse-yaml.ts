import type { Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { ConfigNode, MapEntry } from './config-node.ts'
import type { Environment } from './expand-variables.ts'
import { expandVariables, findMark, protectVariables, unprotectVariables } from './expand-variables.ts'
import type { Place, Position, Problems } from './problem.ts'
import { quote } from './problem.ts'

/** 5,000 models are about half a million characters. */
const mostCharacters = 8 * 1024 * 1024
const mostLevels = 32

/** A key of this name would mean something to JavaScript, and to nothing in a configuration. */
const prototypeNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

interface Context {
  readonly env: Environment
  readonly problems: Problems
  readonly lines: LineCounter
}

/**
 * Reads YAML 1.2 into a tree that knows its places, with `${NAME}` filled in. Whatever this dialect of ours leaves out
 * is reported and not guessed at: anchors, aliases, tags, several documents, keys that are no text, keys written twice.
 * Answers undefined only when nothing could be read; with problems reported, the tree may have broken places. Never throws.
 */
export function parseYaml(text: string, env: Environment, problems: Problems): ConfigNode | undefined {
  const lines = new LineCounter()
  if (!isReadableText(text, problems)) return undefined
  const document = readDocument(protectVariables(text), lines, problems)
  if (!document) return undefined
  const context: Context = { env, problems, lines }
  for (const { pos, message } of [...document.errors, ...document.warnings])
    problems.add({ at: position(pos[0], context), path: '' }, `this is not valid YAML: ${firstLine(message)}.`)
  if (document.errors.length > 0) return undefined
  return document.contents ? toNode(document.contents, '', { context, level: 0 }) : undefined
}

function isReadableText(text: string, problems: Problems): boolean {
  const start: Place = { at: { line: 1, column: 1 }, path: '' }
  if (text.length > mostCharacters) {
    problems.add(start, `the file is larger than ${mostCharacters} characters.`)
    return false
  }
  const control = text.search(forbidden)
  const at = control >= 0 ? control : findMark(text)
  if (at < 0) return true
  problems.add(
    { at: positionIn(text, at), path: '' },
    `the character ${quote(text.slice(at, at + 1))} does not belong in a configuration.`,
    'Is this a text file in UTF-8?',
  )
  return false
}

/** Control characters other than tab and line ends, and what a wrong encoding leaves behind. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const forbidden = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd\ufffe\uffff]/

function positionIn(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

function readDocument(text: string, lineCounter: LineCounter, problems: Problems): Document.Parsed | undefined {
  try {
    // Duplicate keys are reported by `toEntries`, which knows the place of both. `stringKeys` reads `1:` as the name '1'.
    // At `silent` a second document would be dropped without a word.
    return parseDocument(text, {
      lineCounter,
      uniqueKeys: false,
      stringKeys: true,
      prettyErrors: false,
      logLevel: 'error',
    })
  } catch {
    // The parser recurses; text nested by the thousand overflows its stack.
    return problems.add({ at: { line: 1, column: 1 }, path: '' }, 'the file cannot be read: it is nested too deeply.')
  }
}

interface Spot {
  readonly context: Context
  readonly level: number
}

function toNode(node: Node, path: string, spot: Spot): ConfigNode {
  const at = position(node.range?.[0] ?? 0, spot.context)
  const broken: ConfigNode = { kind: 'broken', at }
  const unread = whyUnread(node, spot.level)
  if (unread !== undefined) {
    spot.context.problems.add({ at, path }, unread)
    return broken
  }
  if (isMap(node)) return { kind: 'map', entries: toEntries(node, path, spot), at }
  if (isSeq(node)) return { kind: 'list', items: toItems(node, path, spot), at }
  return isScalar(node) ? toScalar(node, { at, path }, spot.context) : broken
}

function whyUnread(node: Node, level: number): string | undefined {
  if (level > mostLevels) return 'this is nested too deeply.'
  if (isAlias(node)) return 'YAML aliases (*name) are not read here: write the value out.'
  if ('anchor' in node && node.anchor !== undefined) return 'YAML anchors (&name) are not read here: leave it out.'
  return undefined
}

function toItems(list: YAMLSeq, path: string, { context, level }: Spot): readonly ConfigNode[] {
  return list.items.map((item, index) => {
    const inner = asNode(item)
    const itemPath = `${path}[${index}]`
    if (inner) return toNode(inner, itemPath, { context, level: level + 1 })
    return { kind: 'scalar', value: null, isExpanded: false, at: position(list.range?.[0] ?? 0, context) }
  })
}

function toEntries(map: YAMLMap, path: string, { context, level }: Spot): readonly MapEntry[] {
  const entries: MapEntry[] = []
  const seen = new Map<string, Position>()
  for (const pair of map.items) {
    const name = readKey(pair, path, context)
    if (!name) continue
    const { key, keyAt } = name
    const place: Place = { at: keyAt, path: join(path, key) }
    const earlier = seen.get(key)
    if (earlier) context.problems.add(place, `this key stands twice; the first is on line ${earlier.line}.`)
    if (prototypeNames.has(key)) context.problems.add(place, `${quote(key)} cannot be a name here.`)
    if (earlier || prototypeNames.has(key)) continue
    seen.set(key, keyAt)
    const inner = asNode(pair.value)
    const value: ConfigNode = inner
      ? toNode(inner, place.path, { context, level: level + 1 })
      : { kind: 'scalar', value: null, isExpanded: false, at: keyAt }
    entries.push({ key, keyAt, value })
  }
  return entries
}

function readKey(
  { key }: Pair,
  path: string,
  context: Context,
): { readonly key: string; readonly keyAt: Position } | undefined {
  const node = asNode(key)
  const keyAt = position(node?.range?.[0] ?? 0, context)
  if (isScalar(key) && typeof key.value === 'string' && key.anchor === undefined)
    return { key: unprotectVariables(key.value), keyAt }
  return context.problems.add({ at: keyAt, path }, 'a key must be plain text.')
}

function toScalar({ value }: Scalar, place: Place, { env, problems }: Context): ConfigNode {
  const { at } = place
  if (typeof value === 'string') {
    const expanded = expandVariables(value, place, { env, problems })
    if (!expanded) return { kind: 'broken', at }
    return { kind: 'scalar', value: expanded.text, isExpanded: expanded.isExpanded, at }
  }
  if (value === null || typeof value === 'number' || typeof value === 'boolean')
    return { kind: 'scalar', value, isExpanded: false, at }
  problems.add(place, 'this kind of value is not read here.', 'Put it in quotes to make it text.')
  return { kind: 'broken', at }
}

/** The library types what stands in a map or list as unknown. */
function asNode(value: unknown): Node | undefined {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value) ? value : undefined
}

/** `providers.openai`; a key that is no plain name is quoted. */
export function join(path: string, key: string): string {
  const shown = /^[A-Za-z0-9_./:@-]{1,60}$/.test(key) ? key : quote(key)
  return path === '' ? shown : `${path}.${shown}`
}

function position(offset: number, { lines }: Context): Position {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

function firstLine(message: string): string {
  const line = unprotectVariables(message).split('\n', 1)[0] ?? ''
  return line.replace(/[.:]$/, '').slice(0, 160)
}
