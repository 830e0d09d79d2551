/**
 * Finds the top-level members of a JSON object in its text, so that a relayed request can be edited in place: what
 * nobody asked to change goes upstream byte for byte. The text must already have been accepted by `JSON.parse`.
 */
export interface JsonMember {
  readonly key: string
  /** Offset of the value's first character. */
  readonly from: number
  /** Offset just after the value's last character. */
  readonly to: number
}

const quote = 34
const backslash = 92
const comma = 44
const openBrace = 123
const closeBrace = 125
const openBracket = 91
const closeBracket = 93

/** What one pass over an object's text tells. */
export interface JsonScan {
  /** In the order they stand, duplicates included. */
  readonly members: readonly JsonMember[]
  /** How many objects and arrays the members hold, at whatever depth. */
  readonly containers: number
  /** How deep they stand in each other; 0 when no member is an object or an array. */
  readonly depth: number
}

/** Linear in the text; strings are skipped natively. */
export function scanMembers(text: string): JsonScan {
  const members: JsonMember[] = []
  const nesting = { containers: 0, depth: 0 }
  let at = text.indexOf('{') + 1
  for (;;) {
    const keyAt = text.indexOf('"', at)
    if (keyAt < 0) return { members, ...nesting }
    const keyEnd = endOfString(text, keyAt)
    const from = skipSpace(text, text.indexOf(':', keyEnd) + 1)
    const to = endOfValue(text, from, nesting)
    members.push({ key: readKey(text.slice(keyAt, keyEnd)), from, to })
    at = skipSpace(text, to)
    if (text.charCodeAt(at) !== comma) return { members, ...nesting }
  }
}

interface Nesting {
  containers: number
  depth: number
}

/** Values as JSON text by key; undefined removes nothing and is skipped. Keys the text lacks are added at its end. */
export type JsonEdits = Readonly<Record<string, string | undefined>>

/** The same object with these members replaced or added, everything else untouched. */
export function spliceMembers(text: string, members: readonly JsonMember[], edits: JsonEdits): string {
  let written = ''
  let at = 0
  for (const { key, from, to } of members) {
    const value = Object.hasOwn(edits, key) ? edits[key] : undefined
    if (value === undefined) continue
    written += text.slice(at, from) + value
    at = to
  }
  return written + addMembers(text.slice(at), members, edits)
}

/** The same object without these members, everything else untouched. */
export function withoutMembers(text: string, names: readonly string[]): string {
  const { members } = scanMembers(text)
  if (!members.some(({ key }) => names.includes(key))) return text
  const kept: string[] = []
  let at = text.indexOf('{') + 1
  for (const { key, to } of members) {
    if (!names.includes(key)) kept.push(text.slice(at, to))
    at = text.indexOf(',', to) + 1
  }
  const end = members.at(-1)?.to ?? 0
  return text.slice(0, text.indexOf('{') + 1) + kept.join(',') + text.slice(end)
}

function addMembers(tail: string, members: readonly JsonMember[], edits: JsonEdits): string {
  let added = ''
  for (const key of Object.keys(edits)) {
    if (edits[key] === undefined || members.some((member) => member.key === key)) continue
    added += `${members.length === 0 && added === '' ? '' : ','}${JSON.stringify(key)}:${edits[key]}`
  }
  if (added === '') return tail
  const end = tail.lastIndexOf('}')
  return tail.slice(0, end) + added + tail.slice(end)
}

function readKey(quoted: string): string {
  return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1)
}

/** Offset just after the string that opens at `at`. */
function endOfString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1)
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end < 0 ? text.length : end + 1
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0
  while (text.charCodeAt(at - 1 - slashes) === backslash) slashes++
  return slashes % 2 === 1
}

function skipSpace(text: string, at: number): number {
  let next = at
  for (let code = text.charCodeAt(next); code === 32 || (code >= 9 && code <= 13); code = text.charCodeAt(++next));
  return next
}

function endOfValue(text: string, from: number, nesting: Nesting): number {
  const first = text.charCodeAt(from)
  if (first === quote) return endOfString(text, from)
  if (first === openBrace || first === openBracket) return endOfNested(text, from, nesting)
  let at = from
  for (
    let code = text.charCodeAt(at);
    at < text.length && code !== comma && code !== closeBrace;
    code = text.charCodeAt(++at)
  ) {
    if (code === 32 || (code >= 9 && code <= 13)) break
  }
  return at
}

function endOfNested(text: string, from: number, nesting: Nesting): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at) - 1
    else if (code === openBrace || code === openBracket) {
      nesting.containers++
      if (++depth > nesting.depth) nesting.depth = depth
    } else if ((code === closeBrace || code === closeBracket) && --depth === 0) return at + 1
  }
  return text.length
}
