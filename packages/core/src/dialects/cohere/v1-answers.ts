import type { JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asObjects, asString, rest } from '../../ir/read.ts'

/** Whether a whole answer is one of the older API, whose text stands at its top. */
export function isV1(body: JsonObject): boolean {
  return typeof body['text'] === 'string' && body['message'] === undefined
}

/** A whole answer of the older API in the words of this one; what has none stays beside. */
export function readV1Answer(body: JsonObject): JsonObject {
  const { generation_id, response_id, text } = body
  const calls = asObjects(body['tool_calls']).map(readCall)
  const documents = indexDocuments(body['documents'])
  return {
    ...rest(body, 'generation_id', 'response_id', 'text', 'tool_calls', 'citations', 'meta', 'finish_reason'),
    id: generation_id ?? response_id,
    message: {
      content: text === '' ? [] : [{ type: 'text', text }],
      tool_calls: calls,
      citations: asObjects(body['citations']).map((each) => readCitation(each, documents)),
    },
    // Answers from before there were several reasons tell none.
    finish_reason: body['finish_reason'] ?? 'COMPLETE',
    usage: readMeta(body['meta']),
  }
}

/** Turns the events of the older API's stream into those of this one. Made per answer. */
export class V1Events {
  readonly #documents = new Map<string, JsonObject>()
  #hasPlan = false
  #hasBegun = false

  /** What one event says; an event this API has no word for comes back as it was. */
  read(event: JsonObject): readonly JsonObject[] {
    const isStart = event['event_type'] === 'stream-start'
    // Behind AWS the stream begins with its first word.
    const start = isStart || this.#hasBegun ? [] : [{ type: 'message-start' }]
    this.#hasBegun = true
    return [...start, ...this.#read(event)]
  }

  #read(event: JsonObject): readonly JsonObject[] {
    switch (event['event_type']) {
      case 'stream-start':
        return [{ type: 'message-start', id: event['generation_id'] }]
      case 'text-generation':
        return [{ type: 'content-delta', index: 0, delta: { message: { content: { text: event['text'] } } } }]
      case 'citation-generation':
        return asObjects(event['citations']).map((each) => this.#cite(each))
      case 'search-results':
        for (const [id, document] of indexDocuments(event['documents'])) this.#documents.set(id, document)
        return [{ type: 'search-results', ...event }]
      case 'tool-calls-chunk':
        return this.#plan(event['text'])
      case 'tool-calls-generation':
        return [
          ...(this.#hasPlan ? [] : this.#plan(event['text'])),
          ...asObjects(event['tool_calls']).flatMap(tellCall),
        ]
      case 'stream-end':
        return [tellEnd(event)]
      default:
        return [{ type: asString(event['event_type']) ?? '', ...event }]
    }
  }

  #plan(text: unknown): readonly JsonObject[] {
    if (typeof text !== 'string' || text === '') return []
    this.#hasPlan = true
    return [{ type: 'tool-plan-delta', delta: { message: { tool_plan: text } } }]
  }

  #cite(wire: JsonObject): JsonObject {
    return { type: 'citation-start', delta: { message: { citations: readCitation(wire, this.#documents) } } }
  }
}

function tellCall(wire: JsonObject, index: number): readonly JsonObject[] {
  return [
    { type: 'tool-call-start', index, delta: { message: { tool_calls: readCall(wire) } } },
    { type: 'tool-call-end', index },
  ]
}

/** The last event repeats the whole answer; only what was not said before counts. */
function tellEnd(event: JsonObject): JsonObject {
  const response = asObject(event['response']) ?? {}
  return {
    type: 'message-end',
    delta: {
      finish_reason: event['finish_reason'] ?? response['finish_reason'] ?? 'COMPLETE',
      usage: readMeta(response['meta']),
      ...(event['error'] !== undefined && { error: event['error'] }),
    },
  }
}

/** Calls have no id here, and their arguments are an object. */
function readCall({ name, parameters }: JsonObject): JsonObject {
  return { type: 'function', function: { name, arguments: JSON.stringify(parameters ?? {}) } }
}

function readCitation(wire: JsonObject, documents: ReadonlyMap<string, JsonObject>): JsonObject {
  const ids = asArray(wire['document_ids']) ?? []
  const sources = ids.map((id) => ({ type: 'document', id, document: documents.get(String(id)) ?? { id } }))
  return { ...rest(wire, 'document_ids'), sources, content_index: 0 }
}

function indexDocuments(documents: unknown): ReadonlyMap<string, JsonObject> {
  return new Map(asObjects(documents).map((each) => [asString(each['id']) ?? '', each]))
}

function readMeta(meta: unknown): JsonObject {
  const { billed_units, tokens, cached_tokens } = asObject(meta) ?? {}
  return { billed_units, tokens, cached_tokens }
}
