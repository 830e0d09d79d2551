import type { Json, JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asNumber, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'

/** What an answer to a task says, whoever says it. */
export interface TaskFacts {
  /** Vectors, `[index, score]` pairs from the best on, verdicts, texts, or a count. */
  readonly values: Json
  readonly tokens: number | undefined
}

/** How numbers are packed where they are. */
export type Packing = 'float32' | 'int8'

/** Vectors in any of the shapes of an embeddings answer. */
export function readVectors(body: Json, packing: Packing = 'float32'): TaskFacts {
  const object = asObject(body) ?? {}
  const list = asArray(body)
  const values = list ? listOf(list) : vectorsOf(object, packing)
  return { values, tokens: tokensOf(object) }
}

function listOf(list: readonly Json[]): readonly Json[] {
  return typeof list[0] === 'number' ? [list] : list
}

function vectorsOf(object: JsonObject, packing: Packing): readonly Json[] {
  const embeddings = object['embeddings']
  if (asArray(object['data'])) return asObjects(object['data']).map((each) => unpacked(each['embedding'], packing))
  if (asObject(object['embedding'])) return [asObject(object['embedding'])?.['values'] ?? null]
  if (asArray(object['embedding'])) return [object['embedding'] ?? null]
  if (asArray(object['predictions']))
    return asObjects(object['predictions']).map((each) => asObject(each['embeddings'])?.['values'] ?? null)
  if (asObject(embeddings)) return listOf(asArray(asObject(embeddings)?.['float']) ?? [])
  return (asArray(embeddings) ?? []).map((each) => {
    const entry = asObject(each)
    return entry ? (entry['values'] ?? entry['embedding'] ?? null) : each
  })
}

function unpacked(value: Json | undefined, packing: Packing): Json {
  if (typeof value !== 'string') return value ?? null
  const bytes = new Uint8Array(Buffer.from(value, 'base64'))
  return packing === 'int8' ? Array.from(new Int8Array(bytes.buffer)) : Array.from(new Float32Array(bytes.buffer))
}

/** `[index, score]` of every document in the answer. */
export function readRanking(body: Json): TaskFacts {
  const object = asObject(body) ?? {}
  const results = asObjects(object['results'] ?? object['data'])
  const values = results.map((each) => [
    each['index'] ?? null,
    each['relevance_score'] ?? each['relevanceScore'] ?? null,
  ])
  return { values, tokens: tokensOf(object) }
}

/** The verdicts as they stand. */
export function readVerdicts(body: Json): TaskFacts {
  return { values: asObject(body)?.['results'] ?? null, tokens: undefined }
}

/** The count, under any of its names. */
export function readCount(body: Json): TaskFacts {
  const object = asObject(body) ?? {}
  return { values: object['input_tokens'] ?? object['totalTokens'] ?? object['inputTokens'] ?? null, tokens: undefined }
}

/** The texts of all choices with how each ended, of an answer or of all chunks of one, as text or as chat. */
export function readTexts(bodies: readonly JsonObject[]): TaskFacts {
  const texts = new Map<number, { text: string; finish: Json }>()
  let tokens: number | undefined
  for (const body of bodies) {
    for (const choice of asObjects(body['choices'])) {
      const index = asNumber(choice['index']) ?? 0
      const before = texts.get(index) ?? { text: '', finish: null }
      const message = asObject(choice['message']) ?? asObject(choice['delta'])
      const text = asString(choice['text']) ?? asString(message?.['content']) ?? ''
      texts.set(index, { text: before.text + text, finish: finishOf(choice['finish_reason']) ?? before.finish })
    }
    tokens = tokensOf(body) ?? tokens
  }
  const values = [...texts.entries()].toSorted(([a], [b]) => a - b).map(([, { text, finish }]) => ({ text, finish }))
  return { values, tokens }
}

/** Together says `eos` for a natural end. */
function finishOf(word: Json | undefined): Json | undefined {
  return word === 'eos' ? 'stop' : (word ?? undefined)
}

function tokensOf(object: JsonObject): number | undefined {
  const usage = asObject(object['usage'])
  const meta = asObject(object['meta'])
  const billed = asObject(meta?.['billed_units'])
  const statistics = asObjects(object['predictions']).map((each) =>
    asObject(asObject(each['embeddings'])?.['statistics']),
  )
  const counted = statistics.reduce((sum, each) => sum + (asNumber(each?.['token_count']) ?? 0), 0)
  return (
    asNumber(usage?.['prompt_tokens']) ??
    asNumber(usage?.['total_tokens']) ??
    asNumber(billed?.['input_tokens']) ??
    asNumber(asObject(meta?.['tokens'])?.['input_tokens']) ??
    asNumber(asObject(object['usageMetadata'])?.['promptTokenCount']) ??
    asNumber(object['inputTextTokenCount']) ??
    (counted > 0 ? counted : undefined)
  )
}
