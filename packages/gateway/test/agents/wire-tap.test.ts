import { expect, test } from 'bun:test'
import { answerText } from '@sluice/testkit/answer.ts'
import { startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { startWireTap, statusesOf } from './wire-tap.ts'

test('passes both directions on and keeps both', async () => {
  await using server = await startFakeProvider({
    answer: ({ body }) => answerText(`you said ${body}`, { status: body === 'no' ? 426 : 200 }),
  })
  await using tap = await startWireTap(server.url)
  for (const body of ['yes', 'no']) {
    const response = await fetch(`${tap.url}/there?q=1`, { method: 'POST', body })
    expect(await response.text()).toBe(`you said ${body}`)
  }
  expect(tap.requests.map(({ target, body }) => [target, new TextDecoder().decode(body)])).toEqual([
    ['/there?q=1', 'yes'],
    ['/there?q=1', 'no'],
  ])
  expect([...statusesOf(tap)].sort()).toEqual([200, 426])
})
