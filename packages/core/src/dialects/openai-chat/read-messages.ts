import type { CodecContext } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { CacheMark, Part } from '../../ir/part.ts'
import type { RequestReader } from '../../ir/read.ts'
import type { Message } from '../../ir/request.ts'
import { splitSealedId } from '../../ir/seal.ts'
import { readAssistant } from './read-assistant.ts'
import { readCache, readContent } from './read-parts.ts'
import { extend, own, unknownFields } from './wire.ts'

/** `messages`, in the client's order. */
export function readMessages(body: JsonObject, reader: RequestReader, context: CodecContext): readonly Message[] {
  if (body['messages'] === undefined || body['messages'] === null) {
    reader.fail('messages', "Missing required parameter: 'messages'.")
  }
  const ids = new LegacyIds(context)
  const messages = reader.objects(body, 'messages').map(({ value, at }) => readMessage(value, { at, reader, ids }))
  if (messages.length === 0) reader.fail('messages', "'messages' must hold at least one message.")
  return messages
}

/** Pairs legacy function calls with their results, which are told apart by the order alone. */
class LegacyIds {
  readonly #context: CodecContext
  readonly #open: string[] = []

  constructor(context: CodecContext) {
    this.#context = context
  }

  readonly call = (): string => {
    const id = this.#context.newId('call_')
    this.#open.push(id)
    return id
  }

  result(): string {
    return this.#open.shift() ?? this.#context.newId('call_')
  }
}

interface Reading {
  readonly at: string
  readonly reader: RequestReader
  readonly ids: LegacyIds
}

const roles = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const

function readMessage(message: JsonObject, reading: Reading): Message {
  const { at, reader, ids } = reading
  if (message['role'] === undefined) reader.requiredString(message, 'role', at)
  const role = reader.oneOf(message, 'role', roles, at) ?? 'user'
  switch (role) {
    case 'assistant':
      return markCache(readAssistant(message, { at, reader, newCallId: ids.call }), message)
    case 'tool':
    case 'function':
      return readResult(message, role, reading)
    case 'system':
    case 'developer':
    case 'user':
      return markCache(readPlain(message, role, reading), message)
    default:
      return role satisfies never
  }
}

const plainKeys = new Set(['role', 'content', 'name', 'cache_control'])

function readPlain(message: JsonObject, role: 'system' | 'developer' | 'user', { at, reader }: Reading): Message {
  const name = reader.string(message, 'name', at)
  if (message['content'] === undefined || message['content'] === null) {
    reader.fail(`${at}.content`, `Missing required parameter: '${at}.content'.`)
  }
  return {
    role,
    parts: readContent(message, at, reader),
    ...(name !== undefined && { name }),
    ...extend(unknownFields(message, plainKeys)),
  }
}

const resultKeys = new Set(['role', 'content', 'name', 'tool_call_id', 'cache_control'])

/** A tool's result. A legacy `function` message names the function instead of the call. */
function readResult(message: JsonObject, role: 'tool' | 'function', { at, reader, ids }: Reading): Message {
  const isLegacy = role === 'function'
  const callId = isLegacy ? ids.result() : splitSealedId(reader.requiredString(message, 'tool_call_id', at)).id
  const { content, cache = readCache(message)?.cache } = liftCache(readContent(message, at, reader))
  const part: Part = {
    kind: 'tool-result',
    callId,
    name: reader.string(message, 'name', at) ?? '',
    content,
    isError: false,
    ...(cache && { cache }),
    ...extend(isLegacy ? { $legacy: true } : undefined),
  }
  return { role: 'tool', parts: [part], ...extend(unknownFields(message, resultKeys)) }
}

/** A mark after the last piece of a result is a mark after the result. */
function liftCache(content: readonly Part[]): { readonly content: readonly Part[]; readonly cache?: CacheMark } {
  const last = content.at(-1)
  if (!last?.cache) return { content }
  const { cache, ...plain } = last
  return { content: [...content.slice(0, -1), plain], cache }
}

/** A mark on the message as a whole (aggregators take it so) stands after its last part. */
function markCache(message: Message, wire: JsonObject): Message {
  const mark = readCache({ cache_control: wire['cache_control'] })
  const last = message.parts.at(-1)
  if (!mark || !last) return message
  const parts = [...message.parts.slice(0, -1), { ...last, ...mark }]
  return { ...message, parts, ...extend({ ...own(message.ext), $cache: true }) }
}
