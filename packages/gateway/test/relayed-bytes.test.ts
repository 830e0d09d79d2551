import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { answerStream, withChunking } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import type { Chunking } from '@sluice/testkit/chunking.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask, oneProviderPerDialect } from './ask.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

/**
 * Attack case G8: what a provider of the client's own dialect streams goes by byte for byte, however it frames its events
 * and however the network cuts them.
 */
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: sayText('openai-chat', 'ok') })
  gateway = await startTestGateway(oneProviderPerDialect(provider.url))
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

/** The events of an ordinary stream, with text of one to four bytes a character in them. */
function eventsOf(dialect: ClientDialectId): readonly string[] {
  const pieces = sayText(dialect, 'one zwölf 三 🦩 five', { stream: true }).pieces
  return Array.from(pieces, (piece) => String(piece).replaceAll('\r\n', '\n'))
}

type Rewrite = (events: readonly string[]) => string

const framings: Readonly<Record<string, Rewrite>> = {
  'line feeds': (events) => events.join(''),
  'carriage returns and line feeds': (events) => events.join('').replaceAll('\n', '\r\n'),
  'carriage returns': (events) => events.join('').replaceAll('\n', '\r'),
  'a byte order mark': (events) => `\ufeff${events.join('')}`,
  'comments between events': (events) => `: hello\n\n${events.join(': still there\n\n')}`,
  'comments, ids and retries within events': (events) =>
    `retry: 10\n${events.map((each, id) => `: x\nid: ${id}\n${each}`).join('')}`,
  'empty events': (events) => `\n\n${events.join('event: nothing\n\ndata\n\n\n')}`,
  'no space after the colon': (events) => events.join('').replaceAll('data: ', 'data:'),
  'data in two lines': (events) => events.map((each) => each.replace(/^(data: \{)/m, '$1\ndata: ')).join(''),
  'no blank line at the end': (events) => events.join('').trimEnd(),
}

const cuts: readonly Chunking[] = [
  'whole',
  { bytes: 1 },
  { bytes: 7 },
  ...Array.from({ length: 12 }, (_, seed) => ({ seed })),
]
const usage: Readonly<Partial<Record<ClientDialectId, object>>> = {
  'openai-chat': { stream_options: { include_usage: true } },
}

describe.each([...clientDialectIds])('a %s stream', (dialect) => {
  test.each(Object.keys(framings))('with %s goes by as it is', async (name) => {
    const sent = framings[name]?.(eventsOf(dialect)) ?? ''
    for (const chunking of cuts) {
      provider.answerWith(withChunking(answerStream([sent]), chunking))
      const response = await ask(gateway, dialect, {
        model: `${dialect}/m`,
        stream: true,
        extra: { ...usage[dialect] },
      })
      const received = Buffer.from(await response.arrayBuffer()).toString('utf8')
      expect({ chunking, received }).toEqual({ chunking, received: sent })
      const id = response.headers.get('x-sluice-request-id') ?? ''
      if (chunking === 'whole')
        expect(await gateway.callOf(id)).toMatchObject({
          outcome: 'ok',
          mode: 'relay',
          input_tokens: 12,
          output_tokens: 5,
        })
    }
  })
})
