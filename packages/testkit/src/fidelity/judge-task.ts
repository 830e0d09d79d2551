import type { Json, JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asObject, parseObject } from '@sluice/core/ir/read.ts'
import {
  type Packing,
  readCount,
  readRanking,
  readTexts,
  readVectors,
  readVerdicts,
  type TaskFacts,
} from '../facts/task-facts.ts'
import { readFramesOfText } from '../frames-of-text.ts'
import type { Recording } from '../recordings.ts'
import { type GatewayReply, judge, toldLosses, type Verdict } from './judge.ts'

export type JudgedKind = 'embeddings' | 'reranking' | 'moderations' | 'counts' | 'completions'

/**
 * Compares what a provider answered to a task with what reached a client: the same numbers in the same order, the same
 * count, or the gateway has said what it lost; an error keeps its status and its message.
 */
export function judgeTask(
  recording: Recording,
  kind: JudgedKind,
  { reply, isPacked }: { readonly reply: GatewayReply; readonly isPacked: boolean },
): Verdict {
  if (recording.status >= 400) return judge(withoutKey(recording), 'openai-chat', reply)
  const losses = toldLosses(reply)
  if (isUnchanged(recording, reply)) return { kind: 'exact' }
  const source = readFacts(kind, recording.response.body, packingOf(recording))
  const copy = reply.status === 200 ? readFacts(kind, bodyOf(reply), 'float32') : undefined
  if (!copy) return { kind: 'failed', why: [`status ${reply.status}: ${reply.body.slice(0, 200)}`], losses }
  const why: string[] = []
  const wanted = isPacked ? rounded(source.values) : source.values
  if (JSON.stringify(copy.values) !== JSON.stringify(wanted)) why.push(`values: ${differ(wanted, copy.values)}`)
  const isTold = source.tokens === undefined ? !copy.tokens : copy.tokens === source.tokens
  const isExcused = losses.some(({ path }) => path.startsWith('usage'))
  if (!isTold && !isExcused) why.push(`usage: ${source.tokens} became ${copy.tokens}`)
  if (why.length > 0) return { kind: 'failed', why, losses }
  return losses.length > 0 ? { kind: 'with-losses', losses } : { kind: 'exact' }
}

/** Some providers tell a caller part of the key it sent; the gateway lets nothing of the sort through. */
function withoutKey(recording: Recording): Recording {
  const text = JSON.stringify(recording.response.body).replace(/\bsk-[A-Za-z0-9_*.-]{12,}/g, '[redacted]')
  const body: Json = JSON.parse(text)
  return { ...recording, response: { ...recording.response, body } }
}

function isUnchanged({ response }: Recording, { status, body }: GatewayReply): boolean {
  if (status !== response.status) return false
  if (typeof response.body === 'string') return response.body === body
  return JSON.stringify(parseObject(body)) === JSON.stringify(response.body)
}

function readFacts(kind: JudgedKind, body: Json, packing: Packing): TaskFacts {
  switch (kind) {
    case 'embeddings':
      return readVectors(body, packing)
    case 'reranking':
      return readRanking(body)
    case 'moderations':
      return readVerdicts(body)
    case 'counts':
      return readCount(body)
    case 'completions':
      return readTexts(typeof body === 'string' ? chunksOf(body) : [asObject(body) ?? {}])
  }
}

/** Perplexity packs bytes, every other host floats. */
function packingOf({ provider }: Recording): Packing {
  return provider === 'perplexity' ? 'int8' : 'float32'
}

function bodyOf({ headers, body }: GatewayReply): Json {
  return (headers['content-type'] ?? '').includes('event-stream') ? body : (parseObject(body) ?? null)
}

function chunksOf(text: string): readonly JsonObject[] {
  return readFramesOfText(text, 'sse').flatMap(({ data }) => {
    const chunk = parseObject(data)
    return chunk ? [chunk] : []
  })
}

/** Numbers as float32 holds them. */
function rounded(value: Json): Json {
  const list = asArray(value)
  if (list) return list.map(rounded)
  return typeof value === 'number' ? Math.fround(value) : value
}

function differ(wanted: Json, got: Json): string {
  return `${JSON.stringify(wanted).slice(0, 100)} became ${JSON.stringify(got).slice(0, 100)}`
}
