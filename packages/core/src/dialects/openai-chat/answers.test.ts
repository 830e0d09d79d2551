import { describe, expect, test } from 'bun:test'
import { framesOf, hasRecordings, loadRecordings, type Recording, skippedLine } from '@sluice/testkit/recordings.ts'
import type { CodecContext } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import { checkGrammar } from '../../ir/grammar.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import type { Part } from '../../ir/part.ts'
import { asArray, asObject, asObjects } from '../../ir/read.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import { collect, type GenerateResponse } from '../../ir/response.ts'
import { client, provider } from './index.ts'

function context(): CodecContext {
  let count = 0
  return { provider: 'p', createdAt: 1, newId: (prefix) => `${prefix}${count++}` }
}

function decode(body: JsonObject): StreamEvent[] {
  const events: StreamEvent[] = []
  provider.decodeResponse(body, { quirks: provider.defaultQuirks, context: context() }, (event) => events.push(event))
  return events
}

function decodeStream(recording: Recording): StreamEvent[] {
  const events: StreamEvent[] = []
  const quirks = { ...provider.defaultQuirks, doneMarker: 'optional' } as const
  const decoder = provider.createDecoder({ quirks, context: context() })
  for (const frame of framesOf(recording)) decoder.frame(frame, (event) => events.push(event))
  decoder.end((event) => events.push(event))
  return events
}

function encode(response: GenerateResponse, request: GenerateRequest): JsonObject {
  const losses: unknown[] = []
  const options = { request, context: context(), framing: 'sse' } as const
  const body = client.encodeResponse(response, options, (loss) => losses.push(loss))
  expect(losses).toEqual([])
  return JSON.parse(JSON.stringify(body))
}

function requestOf({ request: { body } }: Recording): GenerateRequest {
  const wire = { messages: [{ role: 'user', content: 'x' }], ...asObject(body) }
  const result = client.decodeRequest({ body: wire, model: 'm' }, context())
  if (!result.ok) throw new Error(result.failure.message)
  return { ...result.value, model: '' }
}

const ours = loadRecordings((entry) => entry.dialect === 'openai-chat' && entry.status === 200)
const whole = ours.flatMap((recording) => {
  const body = recording.format === 'json' ? asObject(recording.response.body) : undefined
  return body ? [{ recording, body }] : []
})
const streams = ours.filter((recording) => recording.format === 'sse')

describe('recorded answers', () => {
  if (!hasRecordings()) test(skippedLine, () => expect(whole).toEqual([]))

  test('follow the grammar', () => {
    for (const { recording, body } of whole) {
      expect({ path: recording.path, problems: checkGrammar(decode(body)) }).toEqual({
        path: recording.path,
        problems: [],
      })
    }
  })

  test('fail only where they hold an error', () => {
    const failed = whole.filter(({ body }) => collect(decode(body)).failure)
    const wanted = whole.filter(
      ({ body }) => body['error'] || asObjects(body['choices']).some((choice) => choice['error']),
    )
    expect(failed.map(({ recording }) => recording.path)).toEqual(wanted.map(({ recording }) => recording.path))
  })

  test('keep everything they had when written again', () => {
    for (const { recording, body } of whole) {
      const response = collect(decode(body))
      if (response.failure) continue
      const written = encode(response, requestOf(recording))
      expect({ path: recording.path, missing: missing(plain(body), plain(written), '') }).toEqual({
        path: recording.path,
        missing: [],
      })
    }
  })
})

describe('fold', () => {
  test('a stream and the whole answer of the same content are the same answer', () => {
    for (const recording of streams) {
      const streamed = collect(decodeStream(recording))
      if (streamed.failure) continue
      const answer = collect(decode(encode(streamed, requestOf(recording))))
      expect({ path: recording.path, ...comparable(answer) }).toEqual({ path: recording.path, ...comparable(streamed) })
    }
  })
})

/**
 * A whole message has its fields in one order and its text in one piece: parts are sorted by kind and joined within a
 * kind. A finish that the host never named is called `stop`. Times and opaque pieces are left aside.
 */
function comparable({ ext, choices, opaque: _, usage, ...response }: GenerateResponse): object {
  const { created: __, ...fields } = ext?.['openai-chat'] ?? {}
  return {
    ...response,
    fields,
    usage: usage && { ...usage, native: undefined },
    choices: choices.map(({ parts, finish }) => ({
      parts: joinTexts(parts.toSorted((one, other) => (one.kind < other.kind ? -1 : one.kind > other.kind ? 1 : 0))),
      reason: finish.raw === null ? 'stop' : finish.reason,
    })),
  }
}

function joinTexts(parts: readonly Part[]): readonly Part[] {
  const joined: Part[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (part.kind === 'text' && last?.kind === 'text')
      joined[joined.length - 1] = { ...last, text: last.text + part.text }
    else joined.push(part)
  }
  return joined
}

function missing(wanted: Json, given: Json | undefined, at: string): string[] {
  if (typeof wanted !== 'object' || wanted === null) return wanted === given ? [] : [at]
  if (Array.isArray(wanted)) {
    if (!Array.isArray(given) || given.length !== wanted.length) return [at]
    return wanted.flatMap((each, index) => missing(each, given[index], `${at}[${index}]`))
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return [at]
  return Object.entries(wanted).flatMap(([key, value]) =>
    value === undefined ? [] : missing(value, (given as JsonObject)[key], `${at}.${key}`),
  )
}

/** Null, absent, empty and padding are one; a call's place in its list and what hosts add to a token are left aside. */
function plain(value: Json, key = ''): Json {
  if (Array.isArray(value)) return value.map((each) => plain(each, key))
  if (typeof value !== 'object' || value === null) return value
  const out: Record<string, Json> = {}
  for (const [name, each] of Object.entries(value as JsonObject)) {
    if (key === 'tool_calls' && (name === 'index' || name === 'custom')) continue
    if (key === 'choices' && name === 'delta') continue
    if (value && 'logprob' in value && !['token', 'logprob', 'bytes', 'top_logprobs'].includes(name)) continue
    if (name === 'padding' || name === 'object' || (name === 'name' && key === 'message')) continue
    const inner =
      name === 'bytes' && typeof each === 'string'
        ? [...atob(each)].map((c) => c.charCodeAt(0))
        : plain(each ?? null, name)
    if (inner === null || inner === '' || asArray(inner)?.length === 0) continue
    if (asObject(inner) && Object.keys(inner).length === 0) continue
    out[name] = inner
  }
  return key === 'audio' && out['expires_at'] === 0 ? {} : out
}
