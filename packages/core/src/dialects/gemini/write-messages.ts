import type { Json, JsonObject } from '../../ir/json.ts'
import { rest } from '../../ir/read.ts'
import type { Message } from '../../ir/request.ts'
import { orderResults } from './order-results.ts'
import { isNative, note, ownFields } from './own-fields.ts'
import { signCalls } from './unsigned-calls.ts'
import { partWriter } from './write-parts.ts'
import type { Writing } from './write-tools.ts'

type Place = readonly [index: number, message: Message]

/**
 * All system and developer text, which this dialect keeps apart. The API wants something said in the conversation, so a
 * request of nothing but system text is sent as what the user says.
 */
export function writeSystem(writing: Writing): JsonObject | undefined {
  const { lose } = writing
  if (writing.request.messages.every(isSystem)) return undefined
  const places = entries(writing).filter(([, message]) => isSystem(message))
  const first = writing.request.messages.findIndex((message) => !isSystem(message))
  const parts = places.flatMap(([index, message]) => {
    if (first >= 0 && index > first) {
      lose({ path: `messages[${index}]`, why: 'Gemini keeps all system text at the beginning of the conversation' })
    }
    return message.parts.flatMap((part, at): readonly JsonObject[] => {
      const path = `messages[${index}].parts[${at}]`
      if (part.kind === 'text') return partWriter(writing).write(part, path)
      if (part.kind !== 'opaque') lose({ path, why: 'a Gemini system instruction holds text only' })
      return []
    })
  })
  return parts.length > 0 ? { parts } : undefined
}

function isSystem({ role, ext }: Message): boolean {
  return (role === 'system' || role === 'developer') && note(ext, '$role') === undefined
}

function entries({ request, quirks }: Writing): readonly Place[] {
  return [...(quirks.hasCallIds ? request.messages : orderResults(request.messages)).entries()]
}

/**
 * The conversation. Results of one turn's calls must stand in one content, so adjacent tool messages are joined, and
 * so are messages that came from one content.
 */
export function writeContents(writing: Writing): readonly JsonObject[] {
  const contents: {
    readonly role: Json
    readonly from: Message
    readonly parts: JsonObject[]
    readonly own: JsonObject
  }[] = []
  const writer = partWriter(writing)
  const isSystemOnly = writing.request.messages.every(isSystem)
  if (isSystemOnly) writing.lose({ path: 'messages[0].role', why: 'Gemini wants something said beside system text' })
  for (const [index, message] of entries(writing)) {
    if (isSystem(message) && !isSystemOnly) continue
    if (message.name !== undefined) {
      writing.lose({ path: `messages[${index}].name`, why: 'Gemini does not name who speaks', value: message.name })
    }
    const parts = message.parts.flatMap((part, at) => writer.write(part, `messages[${index}].parts[${at}]`))
    const last = contents.at(-1)
    if (last && isJoined(last.from, message, writing)) last.parts.push(...parts)
    else if (parts.length > 0)
      contents.push({ role: roleOf(message), from: message, parts, own: ownFields(message.ext) })
  }
  signCalls(contents, writing.quirks)
  return contents.map(({ role, parts, own }) => rest({ ...own, role, parts }) ?? {})
}

/** A client of this dialect is written back as it came; of others, one turn of the model is one content. */
function isJoined(before: Message, message: Message, { request }: Writing): boolean {
  if (note(message.ext, '$joined') === true) return true
  const isOne = message.role === 'tool' || (message.role === 'assistant' && !isNative(request))
  return isOne && before.role === message.role && roleOf(before) === roleOf(message)
}

function roleOf(message: Message): string {
  const own = note(message.ext, '$role')
  if (typeof own === 'string') return own
  return message.role === 'assistant' ? 'model' : 'user'
}
