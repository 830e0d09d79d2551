import type { Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asObject, asObjects, asString, parseObject, rest } from '../../ir/read.ts'

/**
 * The same request in the older API, which Cohere's models at Azure, SageMaker and in private deployments speak: the
 * last message stands apart from the history, texts are plain, tools have flat parameters, and calls have no ids.
 * https://docs.cohere.com/v1/reference/chat (seen 2026-11-21)
 */
export function writeV1Request(body: JsonObject, lose: Lose): JsonObject {
  const { preamble, history, last } = arrange(asObjects(body['messages']), lose)
  for (const [field, path] of missing) {
    if (body[field] !== undefined) lose({ path, why: 'the older API has no such field' })
  }
  return {
    ...rest(
      body,
      'messages',
      'documents',
      'tools',
      'response_format',
      'citation_options',
      ...missing.map(([field]) => field),
    ),
    ...(preamble !== '' && { preamble }),
    ...(history.length > 0 && { chat_history: history }),
    ...last,
    ...writeDocuments(body['documents']),
    ...writeTools(body['tools'], lose),
    ...writeFormat(body['response_format']),
    ...writeQuality(body['citation_options']),
  }
}

const missing = [
  ['tool_choice', 'toolChoice'],
  ['strict_tools', 'tools[].strict'],
  ['thinking', 'reasoning'],
  ['logprobs', 'logprobs'],
] as const

interface Arranged {
  /** What systems said before anybody else. */
  readonly preamble: string
  readonly history: readonly JsonObject[]
  /** `message`, or the results that the model is to go on from. */
  readonly last: JsonObject
}

function arrange(messages: readonly JsonObject[], lose: Lose): Arranged {
  const from = messages.findIndex(({ role }) => role !== 'system')
  const leading = from < 0 ? messages : messages.slice(0, from)
  const turns = writeTurns(from < 0 ? [] : messages.slice(from), lose)
  const last = turns.at(-1)
  const preamble = leading.map((each) => textOf(each['content'], lose)).join('\n\n')
  if (last?.['role'] === 'USER') return { preamble, history: turns.slice(0, -1), last: { message: last['message'] } }
  if (last?.['role'] === 'TOOL') {
    return { preamble, history: turns.slice(0, -1), last: { message: '', tool_results: last['tool_results'] } }
  }
  return { preamble, history: turns, last: { message: '' } }
}

/** Results that stand together are one turn. */
function writeTurns(messages: readonly JsonObject[], lose: Lose): JsonObject[] {
  const calls = new Map<string, JsonObject>()
  const turns: JsonObject[] = []
  for (const message of messages) {
    if (message['role'] === 'tool') {
      const result = writeResult(message, { calls, lose })
      const before = turns.at(-1)
      const isMore = before?.['role'] === 'TOOL'
      const results = [...(isMore ? asObjects(before['tool_results']) : []), result]
      turns.splice(isMore ? -1 : turns.length, 1, { role: 'TOOL', tool_results: results })
    } else turns.push(writeTurn(message, { calls, lose }))
  }
  return turns
}

interface TurnContext {
  /** The calls so far, by the ids that only we know. */
  readonly calls: Map<string, JsonObject>
  readonly lose: Lose
}

const roles: Readonly<Record<string, string>> = { system: 'SYSTEM', user: 'USER', assistant: 'CHATBOT' }

function writeTurn(message: JsonObject, { calls, lose }: TurnContext): JsonObject {
  const made = asObjects(message['tool_calls']).map((wire) => {
    const fields = asObject(wire['function']) ?? {}
    const args = asString(fields['arguments']) ?? '{}'
    const call = { name: fields['name'], parameters: parseObject(args) ?? { input: args } }
    calls.set(asString(wire['id']) ?? '', call)
    return call
  })
  const said = [asString(message['tool_plan']) ?? '', textOf(message['content'], lose)].filter((text) => text !== '')
  return {
    role: roles[asString(message['role']) ?? ''] ?? 'USER',
    message: said.join('\n\n'),
    ...(made.length > 0 && { tool_calls: made }),
  }
}

function writeResult(message: JsonObject, { calls, lose }: TurnContext): JsonObject {
  const call = calls.get(asString(message['tool_call_id']) ?? '') ?? { name: '', parameters: {} }
  const { content } = message
  const files: readonly JsonObject[] = asObjects(content).flatMap(({ document }) => {
    const data = asObject(asObject(document)?.['data'])
    return data ? [data] : []
  })
  const text = textOf(content, lose)
  const said = parseObject(text) ?? { result: text }
  return { call, outputs: text === '' && files.length > 0 ? files : [said, ...files] }
}

/** The words of some content. */
function textOf(content: Json | undefined, lose: Lose): string {
  if (typeof content === 'string') return content
  const blocks = asObjects(content)
  if (blocks.some(({ type }) => type === 'image_url')) lose({ path: 'messages', why: 'the older API takes no images' })
  if (blocks.some(({ type }) => type === 'thinking')) {
    lose({ path: 'messages', why: 'the older API takes no thinking back' })
  }
  return blocks.flatMap(({ text }) => asString(text) ?? []).join('\n\n')
}

function writeDocuments(documents: Json | undefined): JsonObject {
  const list = asObjects(documents)
  return list.length === 0 ? {} : { documents: list.map(({ id, data }) => ({ id, ...asObject(data) })) }
}

function writeTools(tools: Json | undefined, lose: Lose): JsonObject {
  const list = asObjects(tools).map((tool, index) => {
    const { name, description, parameters } = asObject(tool['function']) ?? {}
    const schema = asObject(parameters) ?? {}
    return {
      name,
      description: description ?? '',
      parameter_definitions: flatten(schema, `tools[${index}].parameters`, lose),
    }
  })
  return list.length === 0 ? {} : { tools: list }
}

/** Types are those of Python here, and nothing stands inside them. */
const types: Readonly<Record<string, string>> = {
  string: 'str',
  integer: 'int',
  number: 'float',
  boolean: 'bool',
  array: 'list',
  object: 'dict',
}

function flatten(schema: JsonObject, path: string, lose: Lose): JsonObject {
  const required = asArray(schema['required']) ?? []
  const definitions = Object.entries(asObject(schema['properties']) ?? {}).map(([name, value]) => {
    const property = asObject(value) ?? {}
    const { description, type } = property
    if (rest(property, 'type', 'description', 'title'))
      lose({ path: `${path}.${name}`, why: 'the older API knows only kinds' })
    const kind = types[asString(type) ?? ''] ?? 'str'
    return [name, { type: kind, required: required.includes(name), ...(description !== undefined && { description }) }]
  })
  return Object.fromEntries(definitions)
}

function writeFormat(format: Json | undefined): JsonObject {
  const { type, json_schema } = asObject(format) ?? {}
  if (type === undefined) return {}
  return { response_format: { type, ...(json_schema !== undefined && { schema: json_schema }) } }
}

const qualities: Readonly<Record<string, string>> = { FAST: 'fast', ACCURATE: 'accurate', OFF: 'off', DISABLED: 'off' }

function writeQuality(options: Json | undefined): JsonObject {
  const quality = qualities[asString(asObject(options)?.['mode']) ?? '']
  return quality === undefined ? {} : { citation_quality: quality }
}
