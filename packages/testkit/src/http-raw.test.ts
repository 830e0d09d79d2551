import { expect, test } from 'bun:test'
import { answerJson, resetAfter } from './answer.ts'
import { startFakeProvider } from './fake-provider.ts'
import { hasWholeAnswer, rawRequest, sendRaw } from './http-raw.ts'

test('sends bytes as they are and reads the answers', async () => {
  await using provider = await startFakeProvider({ answer: answerJson({ ok: true }) })
  const one = rawRequest('GET /a HTTP/1.1', ['Host: x', 'X-Odd: \x80'])
  const reply = await sendRaw({ port: provider.port, send: [one.slice(0, 7), one.slice(7)], enough: hasWholeAnswer })
  expect(reply.statuses).toEqual([200])
  expect(reply.ending).toBe('open')
  expect(reply.text).toContain('{"ok":true}')
  expect(provider.journal[0]?.rawHeaders).toEqual([
    ['Host', 'x'],
    ['X-Odd', '\x80'],
  ])
})

test('two requests in one write get two answers', async () => {
  await using provider = await startFakeProvider({ answer: answerJson({}) })
  const get = rawRequest('GET / HTTP/1.1', ['Host: x'])
  const reply = await sendRaw({
    port: provider.port,
    send: [get + get],
    enough: (text) => text.split('HTTP/1.1 200').length === 3,
  })
  expect(reply.statuses).toEqual([200, 200])
})

test('tells a close from a reset', async () => {
  await using provider = await startFakeProvider({ answer: { ...answerJson({}), framing: 'until-close' } })
  const get = rawRequest('GET / HTTP/1.1', ['Host: x'])
  expect((await sendRaw({ port: provider.port, send: [get] })).ending).toBe('closed')
  provider.answerWith(resetAfter(answerJson({}), -1))
  expect((await sendRaw({ port: provider.port, send: [get] })).ending).toBe('reset')
})

test('what is no HTTP gets a 400 from the fake provider', async () => {
  await using provider = await startFakeProvider({ answer: answerJson({}) })
  const reply = await sendRaw({ port: provider.port, send: ['nonsense\r\nwithout colon\r\n\r\n'] })
  expect(reply.statuses).toEqual([400])
})
