/**
 * What the laws between dialects share: the pairs, how recordings and replies become events, and how two answers are
 * compared.
 */
import { expect } from 'bun:test'
import type { Reply } from '@sluice/testkit/answers/reply.ts'
import { replyWriterOf } from '@sluice/testkit/answers/say.ts'
import { compareFacts } from '@sluice/testkit/facts/compare-facts.ts'
import type { Facts } from '@sluice/testkit/facts/facts.ts'
import { isExcused } from '@sluice/testkit/fidelity/judge.ts'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import type { ReceivedCall } from '@sluice/testkit/journal.ts'
import type { Recording } from '@sluice/testkit/recordings.ts'
import { framesOf, loadRecordings } from '@sluice/testkit/recordings.ts'
import { createTestContext, decodeFrames, decodeWhole, plainRequest, testOptions } from '@sluice/testkit/run-codecs.ts'
import type { RequestOptions } from '../ir/dialect.ts'
import type { ClientDialectId, DialectId } from '../ir/dialect-id.ts'
import { clientDialectIds, dialectIds, isClientDialect } from '../ir/dialect-id.ts'
import type { StreamEvent } from '../ir/event.ts'
import type { JsonObject } from '../ir/json.ts'
import type { Part } from '../ir/part.ts'
import { asObject } from '../ir/read.ts'
import type { GenerateRequest, Loss } from '../ir/request.ts'
import type { GenerateResponse } from '../ir/response.ts'
import { findProvider } from '../providers/registry.ts'
import { clientDialects, providerDialects } from './registry.ts'

const only = process.env['LAWS']

/** The dialects under test: all, or one of them with `LAWS=gemini bun test laws`. */
export const sources: readonly DialectId[] = dialectIds.filter((id) => only === undefined || id === only)

/** Those of them that clients speak. */
export const clientSources: readonly ClientDialectId[] = sources.filter(isClientDialect)

/** A provider's dialect and a client's, in every combination. */
export const pairs: readonly (readonly [source: DialectId, target: ClientDialectId])[] = sources.flatMap((source) =>
  clientDialectIds.map((target) => [source, target] as const),
)

/** More runs for a long fuzz: `FUZZ_SEEDS=100000 bun test laws`. */
export const runs: { readonly numRuns: number; readonly includeErrorInReport: true } = {
  numRuns: Number(process.env['FUZZ_SEEDS'] ?? 150),
  includeErrorInReport: true,
}

/** Every recorded success of the dialects under test. */
export const recordedAnswers: readonly Recording[] = loadRecordings(
  ({ dialect, status }) => dialect !== undefined && status < 300 && sources.includes(dialect),
)

/** Everything wrong, at once: a list of paths tells more than the first of them. */
export function expectNone(wrong: readonly string[]): void {
  expect(wrong.slice(0, 12)).toEqual([])
}

/** A reply that a provider of this dialect streamed, as events. */
export function eventsOfReply(source: DialectId, reply: Reply): readonly StreamEvent[] {
  const writer = replyWriterOf(source)
  const text = writer.events(reply).join('')
  return decodeFrames(providerDialects[source], readFramesOfText(text, writer.framing ?? 'sse'))
}

/** A recorded answer as events, read with the quirks its provider's file sets. */
export function eventsOfRecording(recording: Recording): readonly StreamEvent[] {
  const provider = providerDialects[dialectOf(recording)]
  if (recording.stream) return decodeFrames(provider, framesOf(recording), optionsFor(recording))
  return decodeWhole(provider, asObject(recording.response.body) ?? {}, optionsFor(recording))
}

/** The dialect of a recording that was chosen because it has one. */
export function dialectOf({ dialect, path }: Recording): DialectId {
  if (!dialect) throw new Error(`${path} speaks no dialect of ours`)
  return dialect
}

function optionsFor(recording: Recording): RequestOptions<unknown> {
  const { provider } = recording
  const known = findProvider(provider === 'google' ? 'gemini' : provider)
  const quirks = known?.dialect === recording.dialect ? known?.quirks : {}
  return testOptions(providerDialects[dialectOf(recording)], quirks)
}

/** The request a recording answers, as its client meant it; a plain one where it was not recorded. */
export function requestOf(recording: Recording): GenerateRequest {
  const { request, stream } = recording
  const body = asObject(request.body)
  const dialect = dialectOf(recording)
  if (!body || request.encoding || !isClientDialect(dialect)) return { ...plainRequest, stream }
  const call = { body, stream, model: modelInPath(recording) }
  const read = clientDialects[dialect].decodeRequest(call, createTestContext())
  return read.ok ? { ...read.value, stream, streamUsage: true } : { ...plainRequest, stream }
}

/** The model where the dialect puts it in the path. */
export function modelInPath({ request }: Recording): string {
  return /models\/([^:/]+):/.exec(request.url)?.[1] ?? 'm'
}

/** What a copy does not say as its source did and nobody reported. */
export function differences(
  said: Facts,
  copy: Facts,
  told: { readonly target: ClientDialectId; readonly losses: readonly Loss[] },
): readonly string[] {
  return compareFacts(said, copy, told.target)
    .filter((each) => !isExcused(each, told.losses))
    .map(({ kind, detail }) => `${kind} ${detail}`)
}

/** A body as the API would receive it, for the strict checks. */
export function callTo(dialect: DialectId, body: JsonObject): ReceivedCall {
  const { path, headers } = providerDialects[dialect].endpoint('m', false)
  const text = JSON.stringify(body)
  return {
    number: 1,
    method: 'POST',
    path,
    query: new URLSearchParams(),
    headers,
    rawHeaders: [],
    body: text,
    json: JSON.parse(text),
    dialect: isClientDialect(dialect) ? dialect : undefined,
  }
}

/** Everything people wrote in a request. */
export function wordsOf({ messages }: GenerateRequest): readonly string[] {
  const ofPart = (part: Part): readonly string[] => {
    if (part.kind === 'text') return [part.text]
    return part.kind === 'tool-result' ? part.content.flatMap(ofPart) : []
  }
  return messages.flatMap(({ parts }) => parts.flatMap(ofPart)).filter((text) => text.trim() !== '')
}

/** Without the white space and the escapes that JSON inside JSON gains and loses. */
export function flatten(text: string): string {
  return text.replace(/\\u[0-9a-f]{4}|\\[nrtbf]|[\s\\"]/g, '')
}

/** An answer without what two ways of writing it may differ in: ids, timestamps, and what only one dialect knows. */
export function plain({ choices, usage, failure }: GenerateResponse, dialect?: ClientDialectId): JsonLike {
  const { native: _, ...tokens } = usage ?? {}
  return {
    choices: choices.map(({ parts, finish: { reason, raw, stopSequence } }) => ({
      parts: (dialect === 'openai-chat' || dialect === 'gemini' ? joinKinds(parts) : parts).map(plainPart),
      finish: { reason, raw, stopSequence },
    })),
    usage: tokens,
    failure,
  }
}

/**
 * A chat message has one place for all its text and one for all its calls, and gemini says what comes as it comes: the
 * order of different kinds to each other is not told.
 */
function joinKinds(parts: readonly Part[]): readonly Part[] {
  const texts = parts.filter((part) => part.kind === 'text')
  const thoughts = parts.filter((part) => part.kind === 'reasoning' && part.form !== 'redacted')
  const text: Part = {
    kind: 'text',
    text: joinText(texts),
    citations: texts.flatMap((part) => part.citations ?? []),
    logprobs: texts.flatMap((part) => part.logprobs ?? []),
  }
  const thought: Part = { kind: 'reasoning', form: 'full', text: joinText(thoughts).replace(/\s/g, '') }
  const refusals = parts.filter((part) => part.kind === 'refusal')
  const refusal: Part = { kind: 'refusal', text: joinText(refusals) }
  const others = parts.filter((part) => part.kind !== 'text' && part.kind !== 'refusal' && !thoughts.includes(part))
  const rank = (part: Part): number => ['tool-call', 'reasoning'].indexOf(part.kind)
  return [...(texts.length > 0 ? [text] : []), thought, refusal, ...others.toSorted((a, b) => rank(a) - rank(b))]
}

function joinText(parts: readonly Part[]): string {
  return parts.map((part) => ('text' in part ? part.text : '')).join('')
}

function plainPart(part: Part): unknown {
  const { ext: _, seal, ...rest } = part
  const sealed = seal && { seal: seal.data }
  if (rest.kind === 'tool-call') return { ...rest, id: '', args: plainArgs(rest.args), ...sealed }
  if (rest.kind === 'opaque') return { kind: rest.kind, dialect: rest.dialect, type: rest.value['type'] }
  if (rest.kind !== 'text') return { ...rest, ...sealed }
  const citations = rest.citations?.map(({ ext: __, ...citation }) => citation)
  return { ...rest, ...(citations && { citations }), ...sealed }
}

/** Anything two of which can be compared. */
export type JsonLike = Readonly<Record<string, unknown>>

/** Arguments that are no JSON are text, or in a dialect that wants an object, the only value of one. */
export function plainArgs(args: string): unknown {
  try {
    const value = JSON.parse(args === '' ? '{}' : args)
    return typeof value.input === 'string' && Object.keys(value).length === 1 ? value.input : value
  } catch {
    return args
  }
}
