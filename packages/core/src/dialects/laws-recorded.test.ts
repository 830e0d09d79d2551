/** The laws over what real providers answered and what real clients sent. */
import { describe, test } from 'bun:test'
import { readAnswerFacts, readRecordedFacts, readStreamFacts } from '@sluice/testkit/facts/read-facts.ts'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import type { Recording } from '@sluice/testkit/recordings.ts'
import { hasRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import {
  createTestContext,
  decodeWhole,
  encodeStream,
  encodeWhole,
  readBack,
  testOptions,
} from '@sluice/testkit/run-codecs.ts'
import { findViolation } from '@sluice/testkit/strict/refuse-invalid.ts'
import { isClientDialect } from '../ir/dialect-id.ts'
import { checkGrammar } from '../ir/grammar.ts'
import type { JsonObject } from '../ir/json.ts'
import { asObject, asObjects } from '../ir/read.ts'
import type { Loss } from '../ir/request.ts'
import { collect } from '../ir/response.ts'
import { clientDialects, providerDialects } from './registry.ts'
import {
  callTo,
  differences,
  eventsOfRecording,
  expectNone,
  flatten,
  modelInPath,
  pairs,
  plain,
  recordedAnswers,
  requestOf,
  wordsOf,
} from './testing.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

describe.if(hasRecordings())('recorded answers', () => {
  test('follow the grammar of events', () => {
    const wrong: string[] = []
    for (const recording of recordedAnswers) {
      const problems = checkGrammar(eventsOfRecording(recording))
      if (problems.length > 0) wrong.push(`${recording.path}: ${problems.join('; ')}`)
    }
    expectNone(wrong)
  })

  test('that were healthy end in end', () => {
    const wrong: string[] = []
    for (const recording of recordedAnswers) {
      const source = readRecordedFacts(recording)
      const last = eventsOfRecording(recording).at(-1)
      const isWhole = source?.isComplete === true && source.error === undefined
      if (isWhole && last?.type !== 'end') wrong.push(`${recording.path}: ${JSON.stringify(last)}`)
    }
    expectNone(wrong)
  })
})

describe.if(hasRecordings()).each(pairs)('recorded %s to %s', (source, target) => {
  const [client, provider] = [clientDialects[target], providerDialects[target]]
  const mine = recordedAnswers.filter(({ dialect }) => dialect === source)

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
      for (const each of differences(said, copy, { target, losses: stream.losses }))
        wrong.push(`${recording.path} streamed: ${each}`)
      if (broken) continue
      const whole = encodeWhole(client, collect(events), request)
      const found = differences(said, readAnswerFacts(target, whole.value), { target, losses: whole.losses })
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
    if (!isClientDialect(source)) return
    const reader = clientDialects[source]
    for (const recording of mine) {
      const body = asObject(recording.request.body)
      if (!body || recording.request.encoding || isRemembered(body)) continue
      const model = modelInPath(recording)
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
        if (!text.includes(flatten(words)) && !losses.some(({ path }) => path.includes('messages[')))
          wrong.push(`${recording.path}: lost ${JSON.stringify(words.slice(0, 60))}`)
      }
    }
    expectNone(wrong)
  })
})

/** Requests that the API whose rules are checked has taken; copies of it, and proxies to others, take other things. */
function isOriginal({ provider, path }: Recording): boolean {
  return (
    !path.includes('qwen') &&
    !path.includes('awPredict') &&
    ['openai', 'anthropic', 'google', 'vertex'].includes(provider)
  )
}

function firstDifference(stream: unknown, whole: unknown): string {
  const [a, b] = [JSON.stringify(stream), JSON.stringify(whole)]
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return `…${a.slice(Math.max(0, at - 80), at + 80)} streamed, …${b.slice(Math.max(0, at - 20), at + 80)} whole`
}

/** What only the provider remembers cannot be sent anew: an earlier response, a conversation, a thought without its seal. */
function isRemembered(body: JsonObject): boolean {
  const thoughts = asObjects(body['input']).filter(({ type }) => type === 'reasoning')
  return (
    body['previous_response_id'] !== undefined ||
    body['conversation'] !== undefined ||
    thoughts.some(({ encrypted_content }) => encrypted_content === undefined || encrypted_content === null)
  )
}
