import { invalidRequest, type Result } from '../ir/failure.ts'
import type { JsonObject } from '../ir/json.ts'
import { asObject } from '../ir/read.ts'
import { type JsonMember, scanMembers } from './json-members.ts'

/** A request body, read once: the text as it came, its value, and where its members stand. */
export interface Envelope {
  readonly text: string
  readonly body: JsonObject
  readonly members: readonly JsonMember[]
}

/** Members that decide who pays or where a call goes: another spelling of one of these is refused, not ignored. */
const decisive = new Set([
  ...['model', 'stream', 'max_tokens', 'max_completion_tokens', 'max_output_tokens', 'n', 'store', 'service_tier'],
  ...['previous_response_id', 'conversation', 'background', 'container', 'models', 'messages', 'input', 'contents'],
])

/** Deeper than any tool's schema. A codec goes down by calling itself, and 100,000 levels would take it seconds. */
const deepest = 256
/** Objects and arrays. A million tokens of conversation with all its tools hold a third of that. */
const mostContainers = 100_000

/**
 * Parses a request body. What one JSON reader would understand differently from another is refused here, so that what
 * was authorised is what is sent: duplicate members, and case variants of members that decide something. So is what
 * would keep every other call waiting while it is read.
 */
export function readEnvelope(text: string): Result<Envelope> {
  const body = parseBody(text)
  if (!body.ok) return body
  const { members, containers, depth } = scanMembers(text)
  if (depth > deepest) return invalidRequest(`The body is nested deeper than ${deepest} levels.`)
  if (containers > mostContainers) return invalidRequest(`The body has over ${mostContainers} objects and arrays.`)
  const wrong = findWrongMember(members)
  return wrong ?? { ok: true, value: { text, body: body.value, members } }
}

function findWrongMember(members: readonly JsonMember[]): Result<never> | undefined {
  const seen = new Set<string>()
  for (const { key } of members) {
    const name = key.slice(0, 100)
    if (seen.has(key)) return invalidRequest(`The body has the member '${name}' twice; send it once.`, name)
    seen.add(key)
    const lower = key.toLowerCase()
    if (lower !== key && decisive.has(lower))
      return invalidRequest(`The body has the member '${name}'; it is spelt '${lower}'.`, name)
  }
  if (seen.has('__proto__')) return invalidRequest("The body may not have a member named '__proto__'.", '__proto__')
  return undefined
}

function parseBody(text: string): Result<JsonObject> {
  if (text === '') return invalidRequest('The request has no body; send a JSON object.')
  try {
    const value: unknown = JSON.parse(text)
    const body = asObject(value)
    return body ? { ok: true, value: body } : invalidRequest('The body must be a JSON object.')
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable'
    // What the parser quotes is a piece of the body, and no body stands in the log.
    return invalidRequest(`The body is not valid JSON (${why.replace(/ ?".*"/s, '')}). Send it as UTF-8 JSON.`)
  }
}
