/**
 * What must hold between any two dialects, whatever each does inside: a broken answer never becomes a whole one, a
 * stream and its whole answer say the same, and what was said in one tongue is said in the other or reported lost.
 */
import { describe, expect, test } from 'bun:test'
import { accumulateStream } from '@sluice/testkit/accumulate.ts'
import type { Reply } from '@sluice/testkit/answers/reply.ts'
import { replyWriterOf } from '@sluice/testkit/answers/say.ts'
import { nextTurn } from '@sluice/testkit/echo.ts'
import { readAnswerFacts, readStreamFacts } from '@sluice/testkit/facts/read-facts.ts'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import {
  createTestContext,
  decodeFrames,
  decodeWhole,
  encodeStream,
  encodeWhole,
  readBack,
  testOptions,
} from '@sluice/testkit/run-codecs.ts'
import { findViolation } from '@sluice/testkit/strict/refuse-invalid.ts'
import type { ClientDialectId, DialectId } from '../ir/dialect-id.ts'
import { isClientDialect } from '../ir/dialect-id.ts'
import { checkGrammar } from '../ir/grammar.ts'
import type { JsonObject } from '../ir/json.ts'
import type { Loss } from '../ir/request.ts'
import type { GenerateResponse } from '../ir/response.ts'
import { collect } from '../ir/response.ts'
import { clientDialects, providerDialects } from './registry.ts'
import { callTo, differences, eventsOfReply, expectNone, pairs, plain, wordsOf } from './testing.ts'

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
/** Dialects whose replies above surely carry a seal. */
const sealed: ReadonlySet<DialectId> = new Set(['openai-responses', 'anthropic-messages'])
const replies = { thinkingReply, textReply, cutReply }

describe.each(pairs)('%s to %s', (source, target) => {
  const [client, provider] = [clientDialects[target], providerDialects[target]]

  describe.each(Object.entries(replies))('%s', (_, reply) => {
    const events = eventsOfReply(source, reply)
    const said = readAnswerFacts(source, replyWriterOf(source).whole(reply))

    test('the source is read as it was said', () => {
      expect(checkGrammar(events)).toEqual([])
      expect(events.at(-1)?.type).toBe('end')
      const whole = collect(decodeWhole(providerDialects[source], replyWriterOf(source).whole(reply)))
      expect(plain(collect(events))).toEqual(plain(whole))
    })

    test('says the same, streamed and whole', () => {
      const stream = encodeStream(client, events)
      const whole = encodeWhole(client, collect(events))
      expect(
        differences(said, readStreamFacts(target, readFramesOfText(stream.value, 'sse')), {
          target,
          losses: stream.losses,
        }),
      ).toEqual([])
      expect(differences(said, readAnswerFacts(target, whole.value), { target, losses: whole.losses })).toEqual([])
      expect(plain(readBack(provider, stream.value), target)).toEqual(
        plain(collect(decodeWhole(provider, whole.value)), target),
      )
    })

    test('a stream cut anywhere never ends well', () => {
      const writer = replyWriterOf(source)
      const pieces = writer.events(reply)
      const text = pieces.join('')
      const terminal = text.length - pieces.at(-1)!.length
      const ends = [...cutsInside(text, terminal), ...boundaries(pieces)]
      const wrong = new Set<string>()
      for (const end of ends) {
        for (const [kind, tail] of brokenTails(source)) {
          const frames = readFramesOfText(
            text.slice(0, end) + (tail === '' ? '' : `\n\n${tail}`),
            writer.framing ?? 'sse',
          )
          const broken = decodeFrames(providerDialects[source], frames)
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
        replyWriterOf(source).errorBody(500, 'broken'),
        {},
        { foo: 1 },
        { error: 'x' },
      ]
      for (const body of bodies) {
        const broken = decodeWhole(providerDialects[source], body)
        expect([body, broken.at(-1)?.type]).toEqual([body, 'error'])
        expect(checkGrammar(broken)).toEqual([])
      }
    })
  })

  test.each(['whole', 'streamed'] as const)(
    'what was %s travels home through the client, seals and all, in a request the provider takes',
    (mode) => {
      const home = providerDialects[source]
      const options = testOptions(home)
      const events = eventsOfReply(source, thinkingReply)
      const given =
        mode === 'whole'
          ? encodeWhole(client, collect(events)).value
          : accumulateStream(target, readFramesOfText(encodeStream(client, events).value, 'sse'))
      const echoed = nextTurn(target, firstRequest(target), given, 'sunny')
      const read = client.decodeRequest({ body: echoed, model: 'm', stream: false }, createTestContext())
      expect(read.ok || read.failure).toBe(true)
      if (!read.ok) return
      const losses: Loss[] = []
      const back = home.encodeRequest(read.value, options, (loss) => losses.push({ side: 'request', ...loss }))
      expect(losses.filter(({ path }) => path.endsWith('seal'))).toEqual([])
      const seals = sealsOf(collect(events))
      if (sealed.has(source)) expect(seals.length).toBeGreaterThan(0)
      for (const seal of seals) expect(JSON.stringify(back)).toContain(seal)
      const words = isClientDialect(source) ? wordsHeard(source, back) : JSON.stringify(back)
      for (const said of [thinkingReply.text ?? '', 'sunny']) expect(words).toContain(said)
      expect(JSON.stringify(back)).toContain('the sky')
    },
  )
})

/** What people wrote in a request, as its own API reads it; it must be one which that API takes. */
function wordsHeard(source: ClientDialectId, body: JsonObject): string {
  expect(findViolation(source, callTo(source, body))).toBeUndefined()
  const heard = clientDialects[source].decodeRequest({ body, model: 'm' }, createTestContext())
  return heard.ok ? wordsOf(heard.value).join('') : ''
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
    ['error event', replyWriterOf(source).errorEvent('the model fell over')],
    ['malformed JSON', 'data: {"choices": [{"delta": {"con\n\n'],
    ['no object', 'data: 17\n\n'],
  ]
}

function firstRequest(dialect: ClientDialectId): JsonObject {
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
