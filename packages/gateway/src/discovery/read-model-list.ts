import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asNumber, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import type { ModelListShape } from '@sluice/core/providers/provider.ts'
import { upstreamModelRule } from '../config/name-rules.ts'

/** One server shows no more than these; a list without end must not fill ours. */
const mostModels = 500

/** What a server says it has. */
export interface ModelList {
  /** As the server names them, those that no configuration could name left out. */
  readonly models: readonly string[]
  /** How many tokens of prompt and answer a model takes, where the server says. */
  readonly contextTokens: ReadonlyMap<string, number>
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
      return id === undefined ? undefined : ofItems([{ ...info, id, ...(owner && { owned_by: owner }) }], 'id')
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
  const contextTokens = new Map<string, number>()
  for (const item of objects) {
    const tokens = readContext(item)
    if (tokens !== undefined) contextTokens.set(asString(item[member]) ?? '', tokens)
  }
  return { models, contextTokens, ownedBy: asString(objects[0]?.['owned_by']) }
}

/** As vLLM and SGLang, LM Studio, llama.cpp and Text Generation Inference say it. */
function readContext(item: JsonObject): number | undefined {
  const said = [item['max_model_len'], item['max_context_length'], item['max_total_tokens']]
  const tokens = [...said, asObject(item['meta'])?.['n_ctx_train']].map(asNumber).find((each) => each !== undefined)
  return tokens !== undefined && Number.isSafeInteger(tokens) && tokens > 0 ? tokens : undefined
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
