import type { JsonObject } from '../../ir/json.ts'
import { asObject, asString } from '../../ir/read.ts'
import type { Tool } from '../../ir/request.ts'
import { ownOf } from './extension.ts'

/**
 * Tools may stand in a namespace (Codex puts the tools of each MCP server in one). Other dialects have flat names, so
 * inside the gateway such a tool is called `namespace__name`, and the parts of the name are noted on the tool.
 */
export function flatName(namespace: string | undefined, name: string): string {
  if (namespace === undefined) return name
  return namespace.endsWith('__') || name.startsWith('__') ? namespace + name : `${namespace}__${name}`
}

export interface SplitName {
  readonly namespace: string
  readonly name: string
}

/** The namespaced names of a client's tools, by flat name. */
export function splitNames(tools: readonly Tool[]): ReadonlyMap<string, SplitName> {
  const names = new Map<string, SplitName>()
  for (const tool of tools) {
    if (tool.kind !== 'function' && tool.kind !== 'custom') continue
    const own = ownOf(tool.ext)
    const namespace = namespaceOf(own)
    const name = asString(own?.['$name'])
    if (namespace && name !== undefined) names.set(tool.name, { namespace: asString(namespace['name']) ?? '', name })
  }
  return names
}

/** The namespace a tool was read from, as noted on it. */
export function namespaceOf(own: JsonObject | undefined): JsonObject | undefined {
  return asObject(own?.['$namespace'])
}
