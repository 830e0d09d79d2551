import { asArray, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import type { ModelListShape } from '@sluice/core/providers/provider.ts'
import { upstreamModelRule } from '../config/name-rules.ts'

/** One server shows no more than these; a list without end must not fill ours. */
const mostModels = 500

/** What a server says it has. */
export interface ModelList {
  /** As the server names them, those that no configuration could name left out. */
  readonly models: readonly string[]
  /** The word the first of them has as its owner, where the shape has one. */
  readonly ownedBy: string | undefined
}

/** Reads a list of models of this shape; undefined for anything else. */
export function readModelList(shape: ModelListShape, text: string): ModelList | undefined {
  const value = parse(text)
  switch (shape) {
    case 'models':
    case 'native-models':
      return ofItems(asObject(value)?.['data'], 'id')
    case 'tags':
      return ofItems(asObject(value)?.['models'], 'name')
    case 'repository-index':
      return ofItems(asArray(value)?.filter(isReady), 'name')
    case 'info': {
      const info = asObject(value)
      const id = asString(info?.['model_id'])
      // Of the two servers with this route only the one of embeddings tells a type of model.
      const owner = info?.['model_type'] === undefined ? undefined : 'text-embeddings-router'
      return id === undefined ? undefined : ofItems([{ id, ...(owner && { owned_by: owner }) }], 'id')
    }
    default:
      return shape satisfies never
  }
}

/** Names are shown in a terminal and become part of ours. */
function ofItems(items: unknown, member: 'id' | 'name'): ModelList | undefined {
  if (!Array.isArray(items)) return undefined
  const objects = asObjects(items)
  const names = objects.map((item) => asString(item[member]) ?? '')
  const models = [...new Set(names.filter((name) => upstreamModelRule.pattern.test(name)))].slice(0, mostModels)
  return { models, ownedBy: asString(objects[0]?.['owned_by']) }
}

/** Triton lists what lies in its repository; only what is loaded answers. */
function isReady(item: unknown): boolean {
  const state = asObject(item)?.['state']
  return state === undefined || state === 'READY'
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
