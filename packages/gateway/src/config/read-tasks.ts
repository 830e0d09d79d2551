import { completionWires, countWireIds, type ProviderTasks, taskWires } from '@sluice/core/tasks/task-id.ts'
import type { ConfigNode } from './config-node.ts'
import { Fields, type Located } from './fields.ts'
import { type Problems, quote } from './problem.ts'
import { didYouMean } from './suggest.ts'

const keys = ['embed', 'rerank', 'moderate', 'complete', 'fill', 'count']

/**
 * Reads `tasks:` of a provider over what its file says: for each task the wire it speaks, or `false` for what it does
 * not do. A wire that is named anew has its usual path and no limit but its own.
 */
export function readTasks(
  node: Located<ConfigNode> | undefined,
  known: ProviderTasks | undefined,
  problems: Problems,
): { readonly tasks?: ProviderTasks } {
  const fields = node && Fields.open(node, keys, problems)
  if (!fields) return known ? { tasks: known } : {}
  const read = <Wire extends string>(key: string, wires: readonly Wire[]): { wire: Wire } | false | undefined =>
    readWire(fields, key, { wires, problems })
  const embed = read('embed', taskWires.embed)
  const rerank = read('rerank', taskWires.rerank)
  const moderate = read('moderate', taskWires.moderate)
  const complete = read('complete', completionWires)
  const fill = read('fill', completionWires)
  const count = read('count', countWireIds)
  return {
    tasks: {
      ...known,
      ...(embed !== undefined && { embed }),
      ...(rerank !== undefined && { rerank }),
      ...(moderate !== undefined && { moderate }),
      ...(complete !== undefined && { complete }),
      ...(fill !== undefined && { fill }),
      ...(count !== undefined && { count }),
    },
  }
}

function readWire<Wire extends string>(
  fields: Fields,
  key: string,
  { wires, problems }: { readonly wires: readonly Wire[]; readonly problems: Problems },
): { wire: Wire } | false | undefined {
  const node = fields.node(key)
  if (!node) return undefined
  if (node.value.kind === 'scalar' && node.value.value === false) return false
  const named = fields.text(key)
  if (!named) return undefined
  const wire = wires.find((each) => each === named.value)
  if (wire !== undefined) return { wire }
  const suggestion = didYouMean(named.value, wires) ?? `Known here: ${wires.join(', ')}, false.`
  return problems.add(named, `there is no such way to ask: ${quote(named.value)}.`, suggestion)
}
