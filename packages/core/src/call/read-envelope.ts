import { invalidRequest, type Result } from '../ir/failure.ts'
import type { JsonObject } from '../ir/json.ts'
import { asObject } from '../ir/read.ts'
import { type JsonMember, topLevelMembers } from './json-members.ts'

/** A request body, read once: the text as it came, its value, and where its members stand. */
export interface Envelope {
  readonly text: string
  readonly body: JsonObject
  readonly members: readonly JsonMember[]
}

/** Members that decide who pays or where a call goes: another spelling of one of these is refused, not ignored. */
const decisive = new Set(['model', 'stream', 'max_tokens', 'max_completion_tokens', 'max_output_tokens', 'n', 'store'])

/**
 * Parses a request body. What one JSON reader would understand differently from another is refused here, so that what
 * was authorised is what is sent: duplicate members, and case variants of members that decide something.
 */
export function readEnvelope(text: string): Result<Envelope> {
  const body = parseBody(text)
  if (!body.ok) return body
  const members = topLevelMembers(text)
  const problem = findProblem(members)
  return problem ?? { ok: true, value: { text, body: body.value, members } }
}

/** The most members compared pair by pair; more are counted with a set. */
const fewMembers = 24

function findProblem(members: readonly JsonMember[]): Result<never> | undefined {
  const seen = members.length > fewMembers ? new Set<string>() : undefined
  for (const [index, { key }] of members.entries()) {
    const isTwice = seen ? seen.has(key) : hasBefore(members, index)
    if (isTwice) return invalidRequest(`The body has the member '${key}' twice; send it once.`, key)
    seen?.add(key)
    if (key === '__proto__') return invalidRequest("The body may not have a member named '__proto__'.", key)
    if (!upperCase.test(key)) continue
    const lower = key.toLowerCase()
    if (decisive.has(lower)) return invalidRequest(`The body has the member '${key}'; it is spelt '${lower}'.`, key)
  }
  return undefined
}

/** Anything that lower-casing could change, beyond ASCII too. */
const upperCase = /[^a-z0-9_]/

function hasBefore(members: readonly JsonMember[], index: number): boolean {
  const { key } = members[index] ?? {}
  for (let at = 0; at < index; at++) if (members[at]?.key === key) return true
  return false
}

function parseBody(text: string): Result<JsonObject> {
  if (text === '') return invalidRequest('The request has no body; send a JSON object.')
  try {
    const value: unknown = JSON.parse(text)
    const body = asObject(value)
    return body ? { ok: true, value: body } : invalidRequest('The body must be a JSON object.')
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable'
    return invalidRequest(`The body is not valid JSON (${why}). Send it as UTF-8 JSON.`)
  }
}
