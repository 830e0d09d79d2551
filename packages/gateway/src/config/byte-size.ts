import type { ConfigNode } from './config-node.ts'
import { describe, type Located, toNumber } from './fields.ts'
import type { Problems } from './problem.ts'

const unitBytes: ReadonlyMap<string, number> = new Map([
  ['b', 1],
  ['kb', 1000],
  ['mb', 1_000_000],
  ['gb', 1_000_000_000],
  ['kib', 1024],
  ['mib', 1024 ** 2],
  ['gib', 1024 ** 3],
])

const leastBytes = 1024
const mostBytes = 1024 ** 3

/** Bytes from `32MB` (millions), `32MiB` (2^20) or a number of bytes; undefined after reporting anything else. */
export function readByteSize({ value: node, ...place }: Located<ConfigNode>, problems: Problems): number | undefined {
  if (node.kind === 'broken') return undefined
  const bytes = node.kind === 'scalar' ? toBytes(node.value, node.isExpanded) : undefined
  if (bytes === undefined) {
    const what = node.kind === 'scalar' && typeof node.value === 'string' ? 'other text' : describe(node)
    return problems.add(place, `this must be a size, but it is ${what}.`, 'Write 32MiB, 512KB, or a number of bytes.')
  }
  if (bytes >= leastBytes && bytes <= mostBytes) return bytes
  return problems.add(place, `this must be from 1KiB to 1GiB, but it is ${bytes} bytes.`)
}

function toBytes(value: string | number | boolean | null, isExpanded: boolean): number | undefined {
  const plain = toNumber(value, isExpanded)
  if (plain !== undefined) return Number.isSafeInteger(plain) ? plain : undefined
  const match = typeof value === 'string' ? /^(\d{1,12}(?:\.\d{1,6})?) ?([a-z]{1,3})$/i.exec(value) : null
  const factor = unitBytes.get(match?.[2]?.toLowerCase() ?? '')
  return match && factor !== undefined ? Math.round(Number(match[1]) * factor) : undefined
}
