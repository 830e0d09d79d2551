import type { DialectId } from '@sluice/core/ir/dialect-id.ts'
import type { Json, JsonObject } from '@sluice/core/ir/json.ts'
import type { ConfigNode } from './config-node.ts'
import { describe, Fields, type Located, readNamed } from './fields.ts'
import { join } from './parse-yaml.ts'
import type { Place, Problems } from './problem.ts'

interface QuirkContext {
  readonly defaultQuirks?: Partial<Readonly<Record<DialectId, JsonObject>>>
  readonly problems: Problems
}

/** Reads `quirks:` of a provider. Where the dialect's own quirks are told, names and types must be theirs. */
export function readQuirks(
  node: Located<ConfigNode> | undefined,
  dialect: DialectId | undefined,
  { defaultQuirks, problems }: QuirkContext,
): JsonObject {
  if (!node) return {}
  const defaults = dialect && defaultQuirks?.[dialect]
  if (defaults && !Fields.open(node, Object.keys(defaults), problems)) return {}
  const quirks = new Map<string, Json>()
  for (const { name, value } of readNamed(node, 'a map of quirks', problems) ?? []) {
    const json = toJson(value.value, name, problems)
    if (json === undefined) continue
    if (defaults) checkType(defaults[name.value], value, problems)
    quirks.set(name.value, json)
  }
  return Object.fromEntries(quirks)
}

function checkType(
  standard: Json | undefined,
  { value: node, ...place }: Located<ConfigNode>,
  problems: Problems,
): void {
  if (standard === undefined || standard === null || node.kind !== 'scalar') return
  const expected = typeof standard
  if (expected === 'object' || typeof node.value === expected) return
  problems.add(place, `this must be a ${expected}, but it is ${describe(node)}.`)
}

function toJson(node: ConfigNode, { path }: Place, problems: Problems): Json | undefined {
  switch (node.kind) {
    case 'broken':
      return undefined
    case 'scalar':
      if (typeof node.value !== 'number' || Number.isFinite(node.value)) return node.value
      return problems.add({ at: node.at, path }, 'this must be a finite number.')
    case 'list':
      return node.items.map((item) => toJson(item, { at: item.at, path }, problems) ?? null)
    case 'map':
      return Object.fromEntries(
        node.entries.map(({ key, keyAt, value }) => [
          key,
          toJson(value, { at: keyAt, path: join(path, key) }, problems),
        ]),
      )
    default:
      return node satisfies never
  }
}
