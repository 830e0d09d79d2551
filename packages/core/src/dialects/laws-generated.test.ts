/** The laws over answers and conversations nobody has recorded: made up, and interleaved in every way the grammar allows. */
import { describe, expect, test } from 'bun:test'
import { arbitraryAnswer } from '@sluice/testkit/arbitrary-answer.ts'
import { arbitraryRequest } from '@sluice/testkit/arbitrary-request.ts'
import { readAnswerFacts, readStreamFacts } from '@sluice/testkit/facts/read-facts.ts'
import { factsOfResponse } from '@sluice/testkit/facts/response-facts.ts'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import {
  createTestContext,
  decodeWhole,
  encodeStream,
  encodeWhole,
  readBack,
  testOptions,
} from '@sluice/testkit/run-codecs.ts'
import { findViolation } from '@sluice/testkit/strict/refuse-invalid.ts'
import fc from 'fast-check'
import { isClientDialect } from '../ir/dialect-id.ts'
import { checkGrammar } from '../ir/grammar.ts'
import type { GenerateRequest, Loss } from '../ir/request.ts'
import { collect } from '../ir/response.ts'
import { clientDialects, providerDialects } from './registry.ts'
import { callTo, clientSources, differences, flatten, plain, plainArgs, runs, sources, wordsOf } from './testing.ts'

describe.each([...clientSources])('%s', (target) => {
  const [client, provider] = [clientDialects[target], providerDialects[target]]

  test('says any answer the same, streamed and whole', () => {
    fc.assert(
      fc.property(arbitraryAnswer(), (events) => {
        expect(checkGrammar(events)).toEqual([])
        const said = factsOfResponse(collect(events))
        const stream = encodeStream(client, events)
        const whole = encodeWhole(client, collect(events))
        const streamed = readStreamFacts(target, readFramesOfText(stream.value, 'sse'))
        expect(differences(said, streamed, { target, losses: stream.losses })).toEqual([])
        expect(differences(said, readAnswerFacts(target, whole.value), { target, losses: whole.losses })).toEqual([])
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
        expect(differences(said, streamed, { target, losses: stream.losses })).toEqual([])
        const whole = encodeWhole(client, collect(events))
        expect(differences(said, readAnswerFacts(target, whole.value), { target, losses: whole.losses })).toEqual([])
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

describe.each(sources.filter((id) => !isClientDialect(id)))('%s', (target) => {
  const provider = providerDialects[target]

  test('writes any conversation as a request its API takes, with all that was said in it, every call beside its result', () => {
    fc.assert(
      fc.property(arbitraryRequest, (request) => {
        const sent = provider.encodeRequest(request, testOptions(provider), () => undefined)
        expect(findViolation(target, callTo(target, sent))?.message ?? 'taken').toBe('taken')
        const text = flatten(JSON.stringify(sent))
        for (const each of wordsOf(request)) expect(text).toContain(flatten(each))
        const calls = request.messages.flatMap(({ parts }) => parts.filter((part) => part.kind === 'tool-call'))
        for (const { id, name } of calls) {
          expect(text).toContain(flatten(name))
          // An id that the API would not take stands in other letters.
          if (/^[\w-]{1,64}$/.test(id)) expect(text.split(flatten(id)).length - 1).toBeGreaterThan(1)
        }
      }),
      runs,
    )
  })
})

/** Names and arguments of every call in the history, and what came of it. */
function callsOf({ messages }: GenerateRequest): readonly unknown[] {
  const parts = messages.flatMap((message) => message.parts)
  const calls = parts.filter((part) => part.kind === 'tool-call')
  return calls.map(({ id, name, args }) => {
    const result = parts.find((part) => part.kind === 'tool-result' && part.callId === id)
    return { name, args: plainArgs(args), isAnswered: result !== undefined }
  })
}
