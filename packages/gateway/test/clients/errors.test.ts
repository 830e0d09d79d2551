import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import type { DialectId } from '@sluice/core/ir/dialect-id.ts'
import { dialectIds } from '@sluice/core/ir/dialect-id.ts'
import { endAfter } from '@sluice/testkit/answer.ts'
import { sayError, sayErrorAfter, sayText } from '@sluice/testkit/answers/say.ts'
import { converse } from '@sluice/testkit/conversation.ts'
import type { Client, ClientError, Way } from './client.ts'
import { type ClientHouse, openClientHouse } from './client-house.ts'
import { everyClient } from './every-client.ts'

/** What goes wrong reaches a client's user as the error type the client has for it. */
let house: ClientHouse

beforeAll(async () => {
  house = await openClientHouse()
})
afterEach(() => house.provider.answerWith(converse()))
afterAll(() => house[Symbol.asyncDispose]())

/** How many events of an answer go out before it breaks: some text is among them, and the terminal is not. */
const middleOf = (dialect: DialectId): number => (dialect === 'gemini' || dialect === 'ollama' ? 2 : 6)

describe.each(everyClient.map((client) => [client.name, client] as const))('%s', (_, client) => {
  const [plain] = Object.values(client.plain) as [Way]

  test('a wrong key', async () => {
    const failure = plain(house.target('openai-chat', { key: 'sl-wrong' }))
    expect(await errorOf(client, failure)).toMatchObject({ type: client.errors.unauthenticated, status: 401 })
  })

  test('an unknown model', async () => {
    const failure = plain(house.target('openai-chat', { model: 'no-such-model' }))
    expect(await errorOf(client, failure)).toMatchObject({ type: client.errors.notFound, status: 404 })
  })

  describe.each([...dialectIds])('with a provider of %s', (upstream) => {
    const ways = Object.entries({ ...client.plain, ...client.stream })

    test.each(ways)('%s: a rate limit', async (_way, say) => {
      house.provider.answerWith(sayError(upstream, 429, { message: 'slow down', headers: { 'retry-after': '7' } }))
      const error = await errorOf(client, say(house.target(upstream)))
      expect(error).toMatchObject({ type: client.errors.rateLimited, status: 429 })
      expect(error?.message).toContain('slow down')
      if (error && 'retryAfter' in error) expect(error.retryAfter).toBe('7')
    })

    test.each(client.missesStreamErrors ? [] : Object.entries(client.stream))(
      '%s: a stream that breaks',
      async (_way, say) => {
        const answer = sayText(upstream, 'one two three four five', { stream: true })
        house.provider.answerWith(sayErrorAfter(upstream, middleOf(upstream), answer))
        expect(await thrownBy(say(house.target(upstream)))).toContain('the model fell over')
        house.provider.answerWith(endAfter(answer, middleOf(upstream)))
        expect(await thrownBy(say(house.target(upstream)))).toMatch(/before/)
      },
    )
  })
})

async function errorOf(client: Client, failing: Promise<unknown>): Promise<ClientError | undefined> {
  const thrown = await failing.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error,
  )
  return client.readError(thrown) ?? { type: 'no type of its own', message: String(thrown) }
}

async function thrownBy(failing: Promise<unknown>): Promise<string> {
  return failing.then((said) => `no error, but ${JSON.stringify(said)}`, String)
}
