/** The laws of failures: whatever went wrong arrives with its status and its words, in any dialect. */
import { describe, expect, test } from 'bun:test'
import type { Reply } from '@sluice/testkit/answers/reply.ts'
import { replyWriters } from '@sluice/testkit/answers/say.ts'
import { readStreamFacts } from '@sluice/testkit/facts/read-facts.ts'
import { messageOf } from '@sluice/testkit/fidelity/judge.ts'
import { readFramesOfText } from '@sluice/testkit/frames-of-text.ts'
import { loadRecordings } from '@sluice/testkit/recordings.ts'
import { decodeFrames } from '@sluice/testkit/run-codecs.ts'
import { clientDialectIds } from '../ir/dialect-id.ts'
import type { Failure, FailureKind } from '../ir/failure.ts'
import { failureStatus, statusOf } from '../ir/failure.ts'
import { clientDialects, providerDialects } from './registry.ts'
import { clientSources, expectNone, flatten, sources } from './testing.ts'

const textReply: Reply = { model: 'm', text: 'Hello there, you.', finish: 'stop', usage: { input: 9, output: 4 } }

const failures: readonly Failure[] = (Object.keys(failureStatus) as FailureKind[]).map((kind) => ({
  kind,
  message: `Something about "${kind}" went wrong – try again.`,
  retry: 'never',
}))

describe.each([...clientSources])('failures in %s', (target) => {
  const [client, provider] = [clientDialects[target], providerDialects[target]]

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
})

describe.each([...sources])('failures of %s providers', (source) => {
  const provider = providerDialects[source]

  test('every recorded error keeps its status and its words for any client', () => {
    const wrong: string[] = []
    const errors = loadRecordings(({ dialect, status }) => dialect === source && status >= 400)
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
      for (const id of clientDialectIds) {
        const answer = clientDialects[id].encodeFailure(failure)
        if (answer.status !== status || messageOf(answer.body) === undefined)
          wrong.push(`${path} to ${id}: ${answer.status}`)
      }
    }
    expectNone(wrong)
  })
})
