import type { Json, JsonObject } from '@sluice/core/ir/json.ts'
import { asString, parseObject } from '@sluice/core/ir/read.ts'

/**
 * Gemini 3 may stream a call's arguments as values by their JSON path: `$.list[0].name`. Pieces of one string follow
 * each other. Seen 2026-11-21 at
 * https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc
 */
export function addPartialArgs(args: string, pieces: readonly JsonObject[]): string {
  const root: Container = { ...parseObject(args) }
  for (const piece of pieces) {
    const path = asString(piece['jsonPath']) ?? ''
    const keys = Array.from(path.matchAll(/\[(\d+)\]|\['([^']*)'\]|\.([^.[]+)/g), ([, index, quoted, name]) =>
      index === undefined ? (quoted ?? name ?? '') : Number(index),
    )
    put(root, keys, readValue(piece))
  }
  return JSON.stringify(root)
}

type Container = { [key: string | number]: unknown } | unknown[]

function put(root: Container, keys: readonly (string | number)[], value: Json): void {
  let at: Container = root
  for (const [depth, key] of keys.entries()) {
    const here: unknown = Reflect.get(at, key)
    if (depth === keys.length - 1) {
      Reflect.set(at, key, typeof here === 'string' && typeof value === 'string' ? here + value : value)
    } else {
      const next: Container = isContainer(here) ? here : typeof keys[depth + 1] === 'number' ? [] : {}
      Reflect.set(at, key, next)
      at = next
    }
  }
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}

function readValue(piece: JsonObject): Json {
  return piece['stringValue'] ?? piece['numberValue'] ?? piece['boolValue'] ?? null
}
