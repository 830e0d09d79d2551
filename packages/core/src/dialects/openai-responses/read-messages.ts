import type { Json, JsonObject } from '../../ir/json.ts'
import type { Part, Seal } from '../../ir/part.ts'
import type { RequestReader } from '../../ir/read.ts'
import { rest } from '../../ir/read.ts'
import type { Message } from '../../ir/request.ts'
import { extend } from './extension.ts'
import type { Reading } from './read-content.ts'
import { readContent } from './read-content.ts'
import { isToolItem, readAssistantItem, readToolItem, roleOf, textSealOf } from './read-items.ts'

const roles = ['system', 'developer', 'user', 'assistant'] as const
type Role = (typeof roles)[number] | 'tool'

/**
 * `instructions` and `input` as messages. Consecutive items of the assistant (reasoning, message, calls ...) are one
 * message, and so are consecutive tool outputs; each part notes its item, so they come apart again as they were.
 */
export function readMessages(body: JsonObject, reader: RequestReader): readonly Message[] {
  const messages: Message[] = []
  const instructions = reader.string(body, 'instructions')
  if (instructions !== undefined) {
    messages.push({
      role: 'system',
      parts: [{ kind: 'text', text: instructions }],
      ...extend({ $from: 'instructions' }),
    })
  }
  const input = body['input']
  if (typeof input === 'string') {
    messages.push({ role: 'user', parts: [{ kind: 'text', text: input }], ...extend({ $from: 'input' }) })
    return messages
  }
  if (isMissing(input) && !hasStoredInput(body)) {
    reader.fail('input', "Missing required parameter: 'input'.")
  }
  const grouped = new MessageGroups(messages)
  for (const { value, at } of reader.objects(body, 'input')) readItem(value, { reader, at }, grouped)
  grouped.close()
  return messages
}

function isMissing(value: Json | undefined): boolean {
  return value === undefined || value === null
}

/** A stored conversation, response or prompt may stand in for `input`. */
function hasStoredInput(body: JsonObject): boolean {
  return ['previous_response_id', 'conversation', 'prompt', 'instructions'].some((key) => !isMissing(body[key]))
}

function readItem(item: JsonObject, reading: Reading, groups: MessageGroups): void {
  if (isToolItem(item)) return groups.add('tool', [readToolItem(item, reading)])
  const role = roleOf(item)
  if (role === undefined && isMessage(item)) {
    reading.reader.requiredString(item, 'role', reading.at)
    return
  }
  if (role === undefined || role === 'assistant') {
    const seal = textSealOf(item)
    if (seal && groups.sealText(seal)) return
    return groups.add('assistant', readAssistantItem(item, reading))
  }
  const known = roles.find((each) => each === role)
  if (!known) reading.reader.oneOf(item, 'role', roles, reading.at)
  const isText = typeof item['content'] === 'string'
  groups.push({
    role: known ?? 'user',
    parts: readContent(item, 'content', reading),
    ...extend({ $item: rest(item, 'role', 'content') ?? {}, ...(isText && { $text: true }) }),
  })
}

function isMessage(item: JsonObject): boolean {
  return item['type'] === undefined || item['type'] === null || item['type'] === 'message'
}

/** Collects consecutive items of one role into one message. */
class MessageGroups {
  readonly #messages: Message[]
  #role: Role | undefined
  #parts: Part[] = []

  constructor(messages: Message[]) {
    this.#messages = messages
  }

  add(role: Role, parts: readonly Part[]): void {
    if (this.#role !== role) this.close()
    this.#role = role
    this.#parts.push(...parts)
  }

  push(message: Message): void {
    this.close()
    this.#messages.push(message)
  }

  /** Puts the seal on the last part when that is the text it was made for. */
  sealText(seal: Seal): boolean {
    const last = this.#parts.at(-1)
    if (this.#role !== 'assistant' || last?.kind !== 'text') return false
    this.#parts[this.#parts.length - 1] = { ...last, seal }
    return true
  }

  close(): void {
    if (this.#role !== undefined) this.#messages.push({ role: this.#role, parts: this.#parts })
    this.#role = undefined
    this.#parts = []
  }
}
