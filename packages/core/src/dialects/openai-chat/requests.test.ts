import { describe, expect, test } from 'bun:test'
import { hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import type { CodecContext } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import type { GenerateRequest, Loss } from '../../ir/request.ts'
import { client, type OpenAiChatQuirks, provider } from './index.ts'

const allowAll: OpenAiChatQuirks = {
  ...provider.defaultQuirks,
  cacheMarks: 'cache_control',
  toolCallIds: 'any',
  toolResultMedia: true,
  fileUrls: true,
  audioUrls: true,
  unsupported: [],
}

function context(): CodecContext {
  let count = 0
  return { provider: 'p', createdAt: 1, newId: (prefix) => `${prefix}${count++}` }
}

function read(body: JsonObject): GenerateRequest {
  const model = typeof body['model'] !== 'string' ? { model: 'from-the-path' } : undefined
  const result = client.decodeRequest({ body, ...model }, context())
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

function write(request: GenerateRequest, quirks = allowAll): { body: JsonObject; losses: Omit<Loss, 'side'>[] } {
  const losses: Omit<Loss, 'side'>[] = []
  const body = provider.encodeRequest(request, { quirks, context: context() }, (loss) => losses.push(loss))
  return { body: JSON.parse(JSON.stringify(body)), losses }
}

const bodies = loadRecordings((entry) => entry.dialect === 'openai-chat' && entry.status === 200)
  .map((recording) => ({ path: recording.path, body: asObject(recording.request.body) }))
  .filter((each): each is { path: string; body: JsonObject } => each.body !== undefined)

describe('recorded requests', () => {
  if (!hasRecordings()) test(skippedLine, () => expect(bodies).toEqual([]))

  test('are read, and reading what was written reads the same', () => {
    for (const { path, body } of bodies) {
      const once = read(body)
      const twice = read(write(once, habitsFor(body)).body)
      expect({ path, request: usageAside(twice) }).toEqual({ path, request: usageAside(once) })
    }
  })

  test('keep every field they had', () => {
    for (const { path, body } of bodies) {
      const { body: written, losses } = write(read(body), habitsFor(body))
      expect({ path, missing: missing(plain(body), plain(written), ''), losses }).toEqual({
        path,
        missing: [],
        losses: [],
      })
    }
  })
})

/** Habits of a host that would take this request. */
function habitsFor(body: JsonObject): OpenAiChatQuirks {
  const isMarked = JSON.stringify(body).includes('prompt_cache_breakpoint')
  const isOpenRouters = body['reasoning'] !== undefined || body['include_reasoning'] !== undefined
  return {
    ...allowAll,
    cacheMarks: isMarked ? 'prompt_cache_breakpoint' : 'cache_control',
    reasoningControl: isOpenRouters ? 'reasoning' : 'reasoning_effort',
  }
}

/** Usage is asked for on every stream, whatever the client wanted. */
function usageAside({ streamUsage: _, ...request }: GenerateRequest): Omit<GenerateRequest, 'streamUsage'> {
  return request
}

/** Paths of members that one JSON value has and the other has not. */
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

/**
 * Spellings that mean the same: null and absent, empty lists and absent, text as a string or as a list of one, one
 * stop word and a list of it, a cap by its older name, an address with or without its object.
 */
function plain(value: Json): Json {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const out: Record<string, Json> = {}
  for (const [key, each] of Object.entries(value as JsonObject)) {
    const inner = each === undefined ? undefined : plain(each)
    if (inner === undefined || inner === null) continue
    if (Array.isArray(inner) && inner.length === 0) continue
    if (key === 'logprobs' && inner === false) continue
    if (key === 'top_logprobs' && inner === 0) continue
    if (key === 'stream_options') continue
    if (key === 'function_call' && typeof inner === 'string' && 'tools' in value) out['tool_choice'] = inner
    else if (key === 'tool_choice' && inner === 'any') out[key] = 'required'
    else if (key === 'image_url' && typeof inner === 'string') out[key] = { url: inner }
    else
      out[key] = key === 'content' ? plainContent(inner) : key === 'stop' && typeof inner === 'string' ? [inner] : inner
  }
  if (out['content'] === '' && out['role'] === 'assistant') delete out['content']
  if (out['type'] === 'function' && !('id' in out)) delete out['type']
  return out
}

function plainContent(content: Json): Json {
  if (!Array.isArray(content) || content.length !== 1) return content
  const only = asObject(content[0])
  return only?.['type'] === 'text' && Object.keys(only).length === 2 ? (only['text'] ?? '') : content
}
