import { afterEach, expect, test } from 'bun:test'
import type { CallAnswer } from '@sluice/core/call/client-call.ts'
import type { RequestHandler } from './handle-request.ts'
import { CallGate, sendAnswer } from './send-answer.ts'
import { type RunningServer, serve } from './serve.ts'

const servers: RunningServer[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

function listen(handle: RequestHandler, bugs: unknown[] = []): string {
  const answerBug = (bug: unknown): Response => {
    bugs.push(bug)
    return new Response('a mistake', { status: 500 })
  }
  const server = serve(handle, new CallGate(), { host: '127.0.0.1', port: 0, bodyCeilingBytes: 1024, answerBug })
  servers.push(server)
  return `http://127.0.0.1:${server.port}/`
}

test('what a handler throws is handed over, and its request answered', async () => {
  const bugs: unknown[] = []
  const bug = new Error('never thought of')
  const response = await fetch(listen(() => Promise.reject(bug), bugs))
  expect(response.status).toBe(500)
  expect(await response.text()).toBe('a mistake')
  expect(bugs).toEqual([bug])
})

const answers: readonly (readonly [string, CallAnswer])[] = [
  ['whole', { status: 200, headers: {}, body: 'text' }],
  ['streamed', { status: 200, headers: {}, body: { run: async (sink) => void (await sink.write('text')) } }],
]

test.each(answers)('after a %s answer its connection may be idle for a while, and no longer', async (_, answer) => {
  const told: (number | 'done')[] = []
  const url = listen(async (request, setPatience) => {
    setPatience(0)
    await new Promise((resolve) => setImmediate(resolve))
    return sendAnswer(answer, request, {
      setPatience: (seconds) => {
        told.push(seconds)
        setPatience(seconds)
      },
      onDone: () => told.push('done'),
    })
  })
  expect(await (await fetch(url)).text()).toBe('text')
  expect(told).toEqual([75, 'done'])
})
