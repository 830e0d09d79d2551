import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asNumber, asObject, asObjects, asString } from '../../ir/read.ts'

type Container = Map<string | number, Node>
type Node = Container | string | number | boolean | null

/**
 * Builds the arguments of one call from the pieces Vertex AI streams when asked to: each names a place by JSON path and
 * gives a value there; pieces of one string follow each other. Pieces may come in any order, so the text of the
 * arguments is known when the last has come.
 * https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc (seen 2026-11-20)
 */
export class PartialArgs {
  readonly #root: Container = new Map()

  /** Adds the pieces of one chunk; true when more pieces of some value are to come. */
  add(pieces: Json | undefined): boolean {
    let isOpen = false
    for (const piece of asObjects(pieces)) {
      const path = readPath(asString(piece['jsonPath']) ?? '')
      if (path.length > 0) this.#put(path, piece)
      isOpen ||= piece['willContinue'] === true
    }
    return isOpen
  }

  /** Adds arguments that came whole. */
  merge(args: JsonObject): void {
    for (const [key, value] of Object.entries(args)) if (value !== undefined) this.#root.set(key, toNode(value))
  }

  text(): string {
    return JSON.stringify(toJson(this.#root))
  }

  #put(path: readonly (string | number)[], piece: JsonObject): void {
    let here = this.#root
    for (const step of path.slice(0, -1)) {
      const next = here.get(step)
      const inner = next instanceof Map ? next : new Map()
      if (inner !== next) here.set(step, inner)
      here = inner
    }
    const last = path.at(-1) ?? ''
    const before = here.get(last)
    const value = readValue(piece)
    here.set(last, typeof before === 'string' && typeof value === 'string' ? before + value : value)
  }
}

function readValue(piece: JsonObject): string | number | boolean | null {
  return (
    asString(piece['stringValue']) ??
    asNumber(piece['numberValue']) ??
    (typeof piece['boolValue'] === 'boolean' ? piece['boolValue'] : null)
  )
}

/** `$.a.b[0]['c d']` as its steps. */
function readPath(path: string): readonly (string | number)[] {
  const steps: (string | number)[] = []
  const step = /\.([^.[\]]+)|\[(\d+)\]|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/g
  for (const [, name, index, single, double] of path.matchAll(step)) {
    if (index !== undefined) steps.push(Number(index))
    else steps.push(name ?? (single ?? double ?? '').replaceAll(/\\(.)/g, '$1'))
  }
  return steps
}

/** A container is a list when all its steps are numbers, in their order; gaps close. */
function toJson(node: Node): Json {
  if (!(node instanceof Map)) return node
  const entries = [...node]
  if (entries.length > 0 && entries.every(([step]) => typeof step === 'number')) {
    return entries.toSorted(([left], [right]) => Number(left) - Number(right)).map(([, each]) => toJson(each))
  }
  return Object.fromEntries(entries.map(([step, each]) => [String(step), toJson(each)]))
}

function toNode(value: Json): Node {
  const list = asArray(value)
  if (list) return new Map(list.map((each, index) => [index, toNode(each)]))
  const object = asObject(value)
  if (object) return new Map(Object.entries(object).map(([key, each]) => [key, toNode(each ?? null)]))
  return typeof value === 'object' ? null : value
}
