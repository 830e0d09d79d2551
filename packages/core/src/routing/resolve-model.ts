/** Where a model name leads: the table of configured names, any `provider/model` besides, and names the world knows. */
export interface ModelTable<Target> {
  readonly models: ReadonlyMap<string, readonly Target[]>
  /** A target for this provider's own model, or undefined when no such provider is configured. */
  direct(provider: string, model: string): Target | undefined
  /**
   * Targets for a name nobody configured, as OpenRouter, LiteLLM or the maker spells it: one for each configured
   * provider that is known to serve the model. Undefined when nobody knows the name, or nobody configured serves it.
   */
  known?(name: string): readonly Target[] | undefined
  /** What names beside the configured ones led to, so that only the first call with one looks it up. */
  readonly kept?: Map<string, readonly Target[]>
}

/** Names kept at most; clients choose them, so there is no end to them. */
const mostKept = 4096

/** The targets a client's model name stands for, in the order they are tried; undefined when nobody knows the name. */
export function resolveModel<Target>(name: string, table: ModelTable<Target>): readonly Target[] | undefined {
  const { models, kept } = table
  const before = models.get(name) ?? kept?.get(name)
  if (before) return before
  const found = find(name, table)
  if (!found || !kept) return found
  if (kept.size >= mostKept) kept.clear()
  kept.set(name, found)
  return found
}

function find<Target>(name: string, table: ModelTable<Target>): readonly Target[] | undefined {
  const slash = name.indexOf('/')
  if (slash === 0 || slash === name.length - 1) return undefined
  const target = slash > 0 ? table.direct(name.slice(0, slash), name.slice(slash + 1)) : undefined
  return target ? [target] : table.known?.(name)
}

/** Up to three known names a reader may have meant, nearest first. Compares at most the first 64 characters of each. */
export function closeNames(name: string, known: Iterable<string>): readonly string[] {
  const wanted = name.slice(0, 64).toLowerCase()
  const near: { name: string; distance: number }[] = []
  for (const each of known) {
    const candidate = each.slice(0, 64).toLowerCase()
    const distance = candidate.includes(wanted) || wanted.includes(candidate) ? 1.5 : editDistance(wanted, candidate)
    if (distance <= Math.max(2, Math.ceil(wanted.length / 3))) near.push({ name: each, distance })
  }
  near.sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
  return near.slice(0, 3).map((each) => each.name)
}

/** Levenshtein distance, two rows at a time. */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row++) {
    const line = [row]
    for (let column = 1; column <= to.length; column++) {
      const change = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1)
      line[column] = Math.min(change, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1)
    }
    above = line
  }
  return above[to.length] ?? 0
}
