/**
 * What must hold between any two dialects, whatever each does inside: a broken answer never becomes a whole one, a
 * stream and its whole answer say the same, and what was said in one tongue is said in the other or reported lost.
 */
import { describe, expect, test } from 'bun:test'
import type { Reply } from '@sluice/testkit/answers/reply.ts'
import { replyWriters } from '@sluice/testkit/answers/say.ts'
import { arbitraryAnswer } from '@sluice/testkit/arbitrary-answer.ts'
import { arbitraryRequest } from '@sluice/testkit/arbitrary-request.ts'
import { nextTurn } from '@sluice/testkit/echo.ts'
import { compareFacts } from '@sluice/testkit/facts/compare-facts.ts'
import { readAnswerFacts, readRecordedFacts, readStreamFacts } from '@sluice/testkit/facts/read-facts.ts'
import { factsOfResponse } from '@sluice/testkit/facts/response-facts.ts'
import { isExcused, messageOf } from '@sluice/testkit/fidelity/judge.ts'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import type { Recording } from '@sluice/testkit/recordings.ts'
import { framesOf, hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import {
  createTestContext,
  decodeFrames,
  decodeWhole,
  encodeStream,
  encodeWhole,
  plainRequest,
  readBack,
  testOptions,
} from '@sluice/testkit/run-codecs.ts'
import { findViolation } from '@sluice/testkit/strict/refuse-invalid.ts'
import fc from 'fast-check'
import type { ClientDialect, ProviderDialect, RequestOptions } from '../ir/dialect.ts'
import type { DialectId } from '../ir/dialect-id.ts'
import { dialectIds } from '../ir/dialect-id.ts'
import type { StreamEvent } from '../ir/event.ts'
import type { Failure, FailureKind } from '../ir/failure.ts'
import { failureStatus, statusOf } from '../ir/failure.ts'
import { checkGrammar } from '../ir/grammar.ts'
import type { JsonObject } from '../ir/json.ts'
import type { Part } from '../ir/part.ts'
import { asObject } from '../ir/read.ts'
import type { GenerateRequest, Loss } from '../ir/request.ts'
import type { GenerateResponse } from '../ir/response.ts'
import { collect } from '../ir/response.ts'
import { findProvider } from '../providers/registry.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

interface Codec {
  readonly id: DialectId
  readonly client: ClientDialect
  readonly provider: ProviderDialect
}

const codecs: Codec[] = []
for (const id of dialectIds) {
  const room = await import(`./${id}/index.ts`).catch(() => undefined)
  if (room) codecs.push({ id, client: room.client, provider: room.provider })
}

/** Pairs to run, e.g. `LAWS=gemini bun test laws`. */
const only = process.env['LAWS']
const names = codecs.map(({ id }) => id).filter((id) => only === undefined || id === only)
const pairs = names.flatMap((source) => codecs.map(({ id }) => [source, id] as const))
const codecOf = (id: DialectId): Codec => codecs.find((each) => each.id === id)!

const thinkingReply: Reply = {
  model: 'm',
  thinking: 'Let me see, what is there?',
  text: 'I will look: “über” 🙂.',
  toolCalls: [
    { id: 'call_1', name: 'look', args: { at: 'the sky', deep: { n: [1, 2] } } },
    { id: 'call_2', name: 'listen', args: {} },
  ],
  finish: 'tool-calls',
  usage: { input: 90, output: 40, cacheRead: 20, reasoning: 8 },
}
const textReply: Reply = { model: 'm', text: 'Hello there, you.', finish: 'stop', usage: { input: 9, output: 4 } }
const cutReply: Reply = { ...textReply, finish: 'length' }
const replies = { thinkingReply, textReply, cutReply }

function eventsOf(source: DialectId, reply: Reply): readonly StreamEvent[] {
  return decodeFrames(codecOf(source).provider, readFramesOfText(replyWriters[source].events(reply).join(''), 'sse'))
}

/** The recorded provider's own quirks, as configuration would set them. */
function optionsFor({ provider, dialect }: Recording): RequestOptions<unknown> {
  const known = findProvider(provider === 'google' ? 'gemini' : provider)
  const quirks = known && known.dialect === dialect ? known.quirks : quirksOfUnknown[provider]
  return testOptions(codecOf(dialect!).provider, quirks)
}

/** Recorded providers that have no file, with what their file would say. */
const quirksOfUnknown: Readonly<Record<string, JsonObject>> = { gpustack: { doneMarker: 'optional' } }

function eventsOfRecording(recording: Recording): readonly StreamEvent[] {
  const { provider } = codecOf(recording.dialect!)
  if (recording.stream) return decodeFrames(provider, framesOf(recording), optionsFor(recording))
  return decodeWhole(provider, asObject(recording.response.body) ?? {}, optionsFor(recording))
}

/** The client's request, where it was recorded. */
function requestOf({ dialect, request, stream }: Recording): GenerateRequest {
  const body = asObject(request.body)
  if (!body || request.encoding) return { ...plainRequest, stream }
  const model = /models\/([^:/]+):/.exec(request.url)?.[1]
  const read = codecOf(dialect!).client.decodeRequest(
    { body, stream, ...(model !== undefined && { model }) },
    createTestContext(),
  )
  return read.ok ? { ...read.value, stream, streamUsage: true } : { ...plainRequest, stream }
}

const answers = loadRecordings(
  ({ dialect, status }) => dialect !== undefined && status < 300 && names.includes(dialect) && codecs.length > 0,
)

/** Everything wrong, at once: a list of paths tells more than the first of them. */
function expectNone(wrong: readonly string[]): void {
  expect(wrong.slice(0, 12)).toEqual([])
}

// ---------------------------------------------------------------------------------------------------------------------

describe.if(hasRecordings())('recorded answers', () => {
  test('follow the grammar of events', () => {
    const wrong: string[] = []
    for (const recording of answers) {
      const problems = checkGrammar(eventsOfRecording(recording))
      if (problems.length > 0) wrong.push(`${recording.path}: ${problems.join('; ')}`)
    }
    expectNone(wrong)
  })

  test('that were healthy end in end', () => {
    const wrong: string[] = []
    for (const recording of answers) {
      const source = readRecordedFacts(recording)
      const last = eventsOfRecording(recording).at(-1)
      const isWhole = source?.isComplete === true && source.error === undefined
      if (isWhole && last?.type !== 'end') wrong.push(`${recording.path}: ${JSON.stringify(last)}`)
    }
    expectNone(wrong)
  })
})

describe.each(pairs)('%s to %s', (source, target) => {
  const { client, provider } = codecOf(target)

  describe.each(Object.entries(replies))('%s', (_, reply) => {
    const events = eventsOf(source, reply)
    const said = readAnswerFacts(source, replyWriters[source].whole(reply))

    test('the source is read as it was said', () => {
      expect(checkGrammar(events)).toEqual([])
      expect(events.at(-1)?.type).toBe('end')
      const whole = collect(decodeWhole(codecOf(source).provider, replyWriters[source].whole(reply)))
      expect(plain(collect(events))).toEqual(plain(whole))
    })

    test('says the same, streamed and whole', () => {
      const stream = encodeStream(client, events)
      const whole = encodeWhole(client, collect(events))
      expect(
        differences(said, readStreamFacts(target, readFramesOfText(stream.value, 'sse')), target, stream.losses),
      ).toEqual([])
      expect(differences(said, readAnswerFacts(target, whole.value), target, whole.losses)).toEqual([])
      expect(plain(readBack(provider, stream.value), target)).toEqual(
        plain(collect(decodeWhole(provider, whole.value)), target),
      )
    })

    test('a stream cut anywhere never ends well', () => {
      const pieces = replyWriters[source].events(reply)
      const text = pieces.join('')
      const terminal = text.length - pieces.at(-1)!.length
      const ends = [...cutsInside(text, terminal), ...boundaries(pieces)]
      const wrong = new Set<string>()
      for (const end of ends) {
        for (const [kind, tail] of brokenTails(source)) {
          const frames = readFramesOfText(text.slice(0, end) + (tail === '' ? '' : `\n\n${tail}`), 'sse')
          const broken = decodeFrames(codecOf(source).provider, frames)
          const { value } = encodeStream(client, broken)
          const last = decodeFrames(provider, readFramesOfText(value, 'sse')).at(-1)
          const facts = readStreamFacts(target, readFramesOfText(value, 'sse'))
          if (checkGrammar(broken).length > 0) wrong.add(`${kind} at ${end}: ${checkGrammar(broken).join()}`)
          if (last?.type !== 'error' || (facts.isComplete && facts.error === undefined))
            wrong.add(`${kind} at ${end} (${JSON.stringify(text.slice(end - 20, end))}): ${last?.type}`)
        }
      }
      expectNone([...wrong])
    })

    test('a whole answer that is an error, or no answer at all, never ends well', () => {
      const bodies: readonly JsonObject[] = [
        replyWriters[source].errorBody(500, 'broken'),
        {},
        { foo: 1 },
        { error: 'x' },
      ]
      for (const body of bodies) {
        const broken = decodeWhole(codecOf(source).provider, body)
        expect([body, broken.at(-1)?.type]).toEqual([body, 'error'])
        expect(checkGrammar(broken)).toEqual([])
      }
    })
  })

  test('seals travel home through the client and the next request is one the provider takes', () => {
    const { provider: home } = codecOf(source)
    const options = testOptions(home)
    const whole = replyWriters[source].whole(thinkingReply)
    const answer = collect(decodeWhole(home, whole, options))
    const given = encodeWhole(client, answer).value
    const echoed = nextTurn(target, firstRequest(target), given, 'sunny')
    const read = client.decodeRequest({ body: echoed, model: 'm', stream: false }, createTestContext())
    expect(read.ok || read.failure).toBe(true)
    if (!read.ok) return
    const losses: Loss[] = []
    const back = home.encodeRequest(read.value, options, (loss) => losses.push({ side: 'request', ...loss }))
    expect(findViolation(source, callTo(source, back))).toBeUndefined()
    expect(losses.filter(({ path }) => path.endsWith('seal'))).toEqual([])
    for (const seal of sealsOf(answer)) expect(JSON.stringify(back)).toContain(seal)
  })
})

describe.each(names)('%s', (target) => {
  const { client, provider } = codecOf(target)
  const runs = { numRuns: Number(process.env['FUZZ_SEEDS'] ?? 150), includeErrorInReport: true }

  test('says any answer the same, streamed and whole', () => {
    fc.assert(
      fc.property(arbitraryAnswer(), (events) => {
        expect(checkGrammar(events)).toEqual([])
        const said = factsOfResponse(collect(events))
        const stream = encodeStream(client, events)
        const whole = encodeWhole(client, collect(events))
        const streamed = readStreamFacts(target, readFramesOfText(stream.value, 'sse'))
        expect(differences(said, streamed, target, stream.losses)).toEqual([])
        expect(differences(said, readAnswerFacts(target, whole.value), target, whole.losses)).toEqual([])
        expect(plain(readBack(provider, stream.value), target)).toEqual(
          plain(collect(decodeWhole(provider, whole.value)), target),
        )
      }),
      runs,
    )
  })

  test('says any number of choices, or reports that it cannot', () => {
    fc.assert(
      fc.property(arbitraryAnswer({ maxChoices: 3 }), (events) => {
        const said = factsOfResponse(collect(events))
        const stream = encodeStream(client, events)
        const streamed = readStreamFacts(target, readFramesOfText(stream.value, 'sse'))
        expect(differences(said, streamed, target, stream.losses)).toEqual([])
        const whole = encodeWhole(client, collect(events))
        expect(differences(said, readAnswerFacts(target, whole.value), target, whole.losses)).toEqual([])
      }),
      runs,
    )
  })

  test('writes any conversation as a request its API takes, with all that was said in it', () => {
    fc.assert(
      fc.property(arbitraryRequest, (request) => {
        const losses: Loss[] = []
        const sent = provider.encodeRequest(request, testOptions(provider), (loss) =>
          losses.push({ side: 'request', ...loss }),
        )
        expect(findViolation(target, callTo(target, sent))?.message ?? 'taken').toBe('taken')
        const back = client.decodeRequest({ body: sent, model: 'm', stream: request.stream }, createTestContext())
        expect(back.ok || back.failure).toBe(true)
        if (!back.ok) return
        const words = flatten(wordsOf(back.value).join(''))
        for (const each of wordsOf(request)) expect(words).toContain(flatten(each))
        expect(callsOf(back.value)).toEqual(callsOf(request))
      }),
      runs,
    )
  })
})

describe.if(hasRecordings()).each(pairs)('recorded %s to %s', (source, target) => {
  const { client, provider } = codecOf(target)
  const mine = answers.filter(({ dialect }) => dialect === source)

  test('answers say the same, streamed and whole', () => {
    const wrong: string[] = []
    for (const recording of mine) {
      const events = eventsOfRecording(recording)
      const said = readRecordedFacts(recording)
      if (!said) continue
      const request = requestOf(recording)
      const stream = encodeStream(client, events, request)
      const broken = events.at(-1)?.type === 'error'
      const copy = readStreamFacts(target, readFramesOfText(stream.value, 'sse'))
      for (const each of differences(said, copy, target, stream.losses))
        wrong.push(`${recording.path} streamed: ${each}`)
      if (broken) continue
      const whole = encodeWhole(client, collect(events), request)
      const found = differences(said, readAnswerFacts(target, whole.value), target, whole.losses)
      for (const each of found) wrong.push(`${recording.path} whole: ${each}`)
    }
    expectNone(wrong)
  })

  test('the fold of the stream is the whole answer', () => {
    const wrong: string[] = []
    for (const recording of mine) {
      const events = eventsOfRecording(recording)
      if (events.at(-1)?.type === 'error') continue
      const request = requestOf(recording)
      const stream = plain(readBack(provider, encodeStream(client, events, request).value), target)
      const whole = plain(collect(decodeWhole(provider, encodeWhole(client, collect(events), request).value)), target)
      if (!Bun.deepEquals(stream, whole)) wrong.push(`${recording.path}: ${firstDifference(stream, whole)}`)
    }
    expectNone(wrong)
  })

  test('what clients sent, the provider takes, and its words are all there', () => {
    const wrong: string[] = []
    const { client: reader } = codecOf(source)
    for (const recording of mine) {
      const body = asObject(recording.request.body)
      // What a provider remembers cannot be sent to another.
      const isWhole = body?.['previous_response_id'] === undefined && body?.['conversation'] === undefined
      if (!body || recording.request.encoding || !isWhole) continue
      const model = /models\/([^:/]+):/.exec(recording.request.url)?.[1] ?? 'm'
      const read = reader.decodeRequest({ body, model, stream: recording.stream }, createTestContext())
      if (!read.ok) {
        wrong.push(`${recording.path}: not read: ${read.failure.message}`)
        continue
      }
      const losses: Loss[] = []
      const sent = provider.encodeRequest(read.value, testOptions(provider), (loss) =>
        losses.push({ side: 'request', ...loss }),
      )
      const violation = isOriginal(recording) ? findViolation(target, callTo(target, sent)) : undefined
      if (violation) wrong.push(`${recording.path}: refused: ${violation.message}`)
      const text = flatten(JSON.stringify(sent))
      for (const words of wordsOf(read.value)) {
        if (!text.includes(flatten(words)) && losses.length === 0)
          wrong.push(`${recording.path}: lost ${JSON.stringify(words.slice(0, 60))}`)
      }
    }
    expectNone(wrong)
  })
})

const failures: readonly Failure[] = (Object.keys(failureStatus) as FailureKind[]).map((kind) => ({
  kind,
  message: `Something about "${kind}" went wrong – try again.`,
  retry: 'never',
}))

describe.each(names)('failures in %s', (target) => {
  const { client, provider } = codecOf(target)

  test.each(failures.map((failure) => [failure.kind, failure] as const))(
    '%s: status and message arrive',
    (_, failure) => {
      const answer = client.encodeFailure(failure)
      expect(answer.status).toBe(statusOf(failure))
      expect(answer.headers['content-type']).toContain('application/json')
      expect(messageOf(answer.body)).toBe(failure.message)
      const read = provider.decodeFailure({ ...answer, headers: answer.headers }, 'upstream')
      expect(read.message).toContain(failure.message)
      expect(read.status ?? statusOf(read)).toBe(statusOf(failure))
    },
  )

  test('a wait is told in whole seconds and in milliseconds', () => {
    const failure: Failure = { kind: 'rate-limited', message: 'slow down', retry: 'other-target', retryAfterMs: 1_500 }
    const { headers } = client.encodeFailure(failure)
    expect([headers['retry-after'], headers['retry-after-ms']]).toEqual(['2', '1500'])
    expect(provider.decodeFailure({ status: 429, headers, body: '' }, 'upstream').retryAfterMs).toBe(1_500)
  })

  test.each(['sse', 'json-array'] as const)('what ends a relayed stream (%s) is an error to its readers', (framing) => {
    if (framing === 'json-array' && target !== 'gemini') return
    const events = replyWriters[target].events(textReply)
    const failure: Failure = { kind: 'upstream-unavailable', message: 'the provider went away', retry: 'never' }
    for (const sofar of events.keys()) {
      const pieces = events.slice(0, sofar).map((event) => (framing === 'sse' ? event : event.replace('data: ', '')))
      const begun = framing === 'sse' ? pieces.join('') : `[${pieces.join(',')}`
      const text = begun + client.encodeStreamFailure(failure, framing)
      const frames = readFramesOfText(text, framing === 'sse' ? 'sse' : 'json-array-stream')
      const read = decodeFrames(provider, frames).at(-1)
      expect(read?.type === 'error' && read.failure.message).toContain(failure.message)
      expect(readStreamFacts(target, frames).isComplete).toBe(false)
    }
  })

  test('every recorded error keeps its status and its words for any client', () => {
    const wrong: string[] = []
    const errors = loadRecordings(({ dialect, status }) => dialect === target && status >= 400)
    for (const { path, status, response } of errors) {
      const body = typeof response.body === 'string' ? response.body : JSON.stringify(response.body)
      const failure = provider.decodeFailure({ status, headers: response.headers, body }, 'upstream')
      const words = messageOf(body)
      if (statusOf(failure) !== status) wrong.push(`${path}: status ${statusOf(failure)}`)
      // A host may wrap the words of the one behind it: either will do.
      const told = flatten(failure.message)
      const isSaid = told.includes(flatten(words ?? '').slice(0, 80)) || flatten(body).includes(told)
      if (words !== undefined && !isSaid)
        wrong.push(`${path}: ${failure.message.slice(0, 80)} for ${words.slice(0, 80)}`)
      if (/<(html|!doctype|head|body)/i.test(failure.message))
        wrong.push(`${path}: markup in ${failure.message.slice(0, 80)}`)
      for (const { id, client: other } of codecs) {
        const answer = other.encodeFailure(failure)
        if (answer.status !== status || messageOf(answer.body) === undefined)
          wrong.push(`${path} to ${id}: ${answer.status}`)
      }
    }
    expectNone(wrong)
  })
})

// ---------------------------------------------------------------------------------------------------------------------

/** Requests that the API whose rules are checked has taken; copies of it, and proxies to others, take other things. */
function isOriginal({ provider, path }: Recording): boolean {
  return (
    !path.includes('qwen') &&
    !path.includes('awPredict') &&
    ['openai', 'anthropic', 'google', 'vertex'].includes(provider)
  )
}

function callTo(dialect: DialectId, body: JsonObject) {
  const path = codecOf(dialect).provider.endpoint('m', false).path
  return {
    number: 1,
    method: 'POST',
    path,
    query: new URLSearchParams(),
    headers: codecOf(dialect).provider.endpoint('m', false).headers,
    rawHeaders: [],
    body: '',
    json: JSON.parse(JSON.stringify(body)),
    dialect,
  }
}

function differences(
  said: Parameters<typeof compareFacts>[0],
  copy: Parameters<typeof compareFacts>[1],
  target: DialectId,
  losses: readonly Loss[],
): readonly string[] {
  return compareFacts(said, copy, target)
    .filter((each) => !isExcused(each, losses))
    .map(({ kind, detail }) => `${kind} ${detail}`)
}

/** Byte cuts inside events, a few per event, and every one inside the terminal. */
function cutsInside(text: string, terminal: number): readonly number[] {
  const lastByte = text.trimEnd().length - 1
  const step = Math.max(1, Math.floor(terminal / 60))
  const cuts: number[] = []
  for (let at = 1; at < terminal; at += step) cuts.push(at)
  for (let at = terminal; at <= lastByte; at += Math.max(1, Math.floor((lastByte - terminal) / 30))) cuts.push(at)
  return [...cuts, lastByte]
}

function boundaries(pieces: readonly string[]): readonly number[] {
  let at = 0
  return [0, ...pieces.slice(0, -1).map((piece) => (at += piece.length))]
}

/** How a stream goes on after a cut: not at all, with the dialect's error, or with rubbish. */
function brokenTails(source: DialectId): readonly (readonly [kind: string, tail: string])[] {
  return [
    ['end of body', ''],
    ['error event', replyWriters[source].errorEvent('the model fell over')],
    ['malformed JSON', 'data: {"choices": [{"delta": {"con\n\n'],
    ['no object', 'data: 17\n\n'],
  ]
}

function firstRequest(dialect: DialectId): JsonObject {
  const schema = { type: 'object', properties: { at: { type: 'string' } } }
  const functions = ['look', 'listen']
  switch (dialect) {
    case 'openai-chat':
      return {
        model: 'm',
        messages: [{ role: 'user', content: 'hi' }],
        tools: functions.map((name) => ({ type: 'function', function: { name, parameters: schema } })),
      }
    case 'openai-responses':
      return {
        model: 'm',
        input: 'hi',
        tools: functions.map((name) => ({ type: 'function', name, parameters: schema })),
      }
    case 'anthropic-messages':
      return {
        model: 'm',
        max_tokens: 100,
        messages: [{ role: 'user', content: 'hi' }],
        tools: functions.map((name) => ({ name, input_schema: schema })),
      }
    case 'gemini':
      return {
        contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
        tools: [{ functionDeclarations: functions.map((name) => ({ name, parameters: schema })) }],
      }
  }
}

function sealsOf({ choices }: GenerateResponse): readonly string[] {
  return choices.flatMap(({ parts }) => parts.flatMap(({ seal }) => (seal ? [seal.data] : [])))
}

/** Everything people wrote in a request. */
function wordsOf({ messages }: GenerateRequest): readonly string[] {
  const ofPart = (part: Part): readonly string[] => {
    if (part.kind === 'text') return [part.text]
    return part.kind === 'tool-result' ? part.content.flatMap(ofPart) : []
  }
  return messages.flatMap(({ parts }) => parts.flatMap(ofPart)).filter((text) => text.trim() !== '')
}

/** Without the white space and the escapes that JSON inside JSON gains and loses. */
function flatten(text: string): string {
  return text.replace(/\\u[0-9a-f]{4}|\\[nrtbf]|[\s\\"]/g, '')
}

/** Names and arguments of every call in the history, and what came of it. */
function callsOf({ messages }: GenerateRequest): readonly unknown[] {
  const parts = messages.flatMap((message) => message.parts)
  const calls = parts.filter((part) => part.kind === 'tool-call')
  return calls.map(({ id, name, args }) => {
    const result = parts.find((part) => part.kind === 'tool-result' && part.callId === id)
    return { name, args: plainArgs(args), isAnswered: result !== undefined }
  })
}

/** An answer without what two ways of writing it may differ in: ids, timestamps, and what only one dialect knows. */
function plain({ choices, usage, failure }: GenerateResponse, dialect?: DialectId) {
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
  const others = parts.filter((part) => part.kind !== 'text' && !thoughts.includes(part))
  const rank = (part: Part): number => ['refusal', 'tool-call', 'reasoning'].indexOf(part.kind)
  return [...(texts.length > 0 ? [text] : []), thought, ...others.toSorted((a, b) => rank(a) - rank(b))]
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

/** Arguments that are no JSON are text, or in a dialect that wants an object, the only value of one. */
function plainArgs(args: string): unknown {
  try {
    const value = JSON.parse(args === '' ? '{}' : args)
    return typeof value.input === 'string' && Object.keys(value).length === 1 ? value.input : value
  } catch {
    return args
  }
}

function firstDifference(stream: unknown, whole: unknown): string {
  const [a, b] = [JSON.stringify(stream), JSON.stringify(whole)]
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return `…${a.slice(Math.max(0, at - 80), at + 80)} streamed, …${b.slice(Math.max(0, at - 20), at + 80)} whole`
}
