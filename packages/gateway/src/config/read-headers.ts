import { Secret } from '@sluice/core/providers/secret.ts'
import type { ConfigNode } from './config-node.ts'
import { type Located, readNamed, readText } from './fields.ts'
import { headerNameRule } from './name-rules.ts'
import type { Problems } from './problem.ts'
import { quote } from './problem.ts'

/** Headers that frame the message or name its target: whoever sets them decides where one request ends. */
const ownHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Reads `headers:` of a provider; names become lower case. */
export function readHeaders(
  node: Located<ConfigNode> | undefined,
  problems: Problems,
): Readonly<Record<string, Secret>> {
  const headers = new Map<string, Secret>()
  const entries = node && readNamed(node, 'a map of header names to values', problems)
  for (const { name, value } of entries ?? []) {
    const text = readText(value, problems)
    const header = name.value.toLowerCase()
    if (!headerNameRule.pattern.test(header)) problems.add(name, `a header's name is ${headerNameRule.says}.`)
    else if (ownHeaders.has(header)) problems.add(name, `the header ${quote(header)} is written by Sluice itself.`)
    else if (headers.has(header)) problems.add(name, `the header ${quote(header)} stands twice.`)
    else if (text) setSecret(headers, header, readHeaderSecret(text, problems))
  }
  return Object.fromEntries(headers)
}

function setSecret(headers: Map<string, Secret>, name: string, secret: Secret | undefined): void {
  if (secret) headers.set(name, secret)
}

/** Text that may stand in a header: visible ASCII with spaces inside. A line break would begin a header of its own. */
export function readHeaderSecret({ value, at, path }: Located<string>, problems: Problems): Secret | undefined {
  if (value.length > 8192) return problems.add({ at, path }, 'this is longer than 8192 characters.')
  if (value !== value.trim())
    return problems.add({ at, path }, 'this begins or ends with a space or a line break.', 'Take it out.')
  if (/^[\x20-\x7e]+$/.test(value)) return new Secret(value)
  return problems.add({ at, path }, 'this holds a line break or a character outside ASCII, which no header can carry.')
}
