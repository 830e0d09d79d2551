import { describe, expect, test } from 'bun:test'
import type { ClientDialectId, DialectId } from '@sluice/core/ir/dialect-id.ts'
import { clientDialectIds, isClientDialect } from '@sluice/core/ir/dialect-id.ts'
import { asObject, parseObject } from '@sluice/core/ir/read.ts'
import type { Reply } from '../answers/reply.ts'
import { replyWriters, sayReply } from '../answers/say.ts'
import { readAnswerFacts, readRecordedFacts } from '../facts/read-facts.ts'
import { framesOf, hasRecordings, loadRecordings, type Recording, skippedLine } from '../recordings.ts'
import type { GatewayReply } from './judge.ts'
import { judge, messageOf } from './judge.ts'
import { writeFidelityPage } from './write-table.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

function replyOf({ response }: Recording): GatewayReply {
  const body = typeof response.body === 'string' ? response.body : JSON.stringify(response.body)
  const type = response.format === 'sse' ? 'text/event-stream' : (response.headers['content-type'] ?? '')
  return { status: response.status, headers: { 'content-type': type }, body }
}

const reply: Reply = {
  model: 'm',
  thinking: 'Hm, let me see.',
  text: 'I will look.',
  toolCalls: [{ id: 'call_1', name: 'look', args: { at: 'sky' } }],
  finish: 'tool-calls',
  usage: { input: 90, output: 40, cacheRead: 20 },
}

/** A recording of this reply, as if a provider had sent it. */
function recordingOf(dialect: (typeof clientDialectIds)[number], change: Partial<Reply> = {}): Recording {
  const body = replyWriters[dialect].whole({ ...reply, ...change })
  const response = { status: 200, headers: {}, body, encoding: undefined, format: 'json' as const }
  const request = { method: 'POST', url: 'http://x/', headers: {}, body: null, encoding: undefined }
  const entry = { path: '', provider: 'x', operation: 'x', dialect, stream: false, features: [], status: 200 }
  const rest = {
    format: 'json' as const,
    model: 'm',
    fidelity: 'verbatim' as const,
    id: '',
    notes: undefined,
    quirks: [],
  }
  return { ...entry, ...rest, request, response }
}

function sayTo(client: (typeof clientDialectIds)[number], change: Partial<Reply>, stream: boolean): GatewayReply {
  const { headers, pieces } = sayReply(client, { ...reply, ...change }, { stream })
  return { status: 200, headers, body: [...pieces].join('') }
}

describe.each([...clientDialectIds])('the judge, provider %s', (source) => {
  describe.each([...clientDialectIds])('client %s', (client) => {
    const recording = recordingOf(source)

    test.each([true, false])('a true copy is exact (stream: %p)', (stream) => {
      expect(judge(recording, client, sayTo(client, {}, stream))).toEqual({ kind: 'exact' })
    })

    test.each([
      ['text', { text: 'I will loo' }],
      ['tool-calls', { toolCalls: [{ id: 'call_1', name: 'look', args: { at: 'sea' } }] }],
      ['tool-calls', { toolCalls: [] }],
      ['reasoning', { thinking: 'Hm.' }],
      ['finish', { finish: 'length' }],
      ['usage', { usage: { input: 70, output: 40, cacheRead: 20 } }],
      ['usage', { usage: { input: 90, output: 40 } }],
    ] as const)('a copy with other %s fails', (kind, change) => {
      for (const stream of [true, false]) {
        const verdict = judge(recording, client, sayTo(client, change, stream))
        expect(verdict.kind).toBe('failed')
        expect(JSON.stringify(verdict)).toContain(`"${kind}: `)
      }
    })

    test('a difference that was told is a loss', () => {
      const copy = sayTo(client, { thinking: '' }, false)
      const told = {
        ...copy,
        headers: { ...copy.headers, 'x-sluice-loss': 'choices[0].parts[3]: no thinking here; a: b' },
      }
      expect(judge(recording, client, told)).toEqual({
        kind: 'with-losses',
        losses: [
          { path: 'choices[].parts[]', why: 'no thinking here' },
          { path: 'a', why: 'b' },
        ],
      })
    })

    test('a broken stream is never a true copy', () => {
      const copy = sayTo(client, {}, true)
      const events = [...sayReply(client, reply, { stream: true }).pieces].slice(0, -1)
      const body = events.join('') + replyWriters[client].errorEvent('broken')
      expect(judge(recording, client, { ...copy, body }).kind).toBe('failed')
    })
  })
})

test('losses of a stream are read from its comment', () => {
  const copy = sayTo('openai-chat', {}, true)
  const body = `${copy.body}: x-sluice-loss choices[0].parts[1]: a block only gemini knows\n\n`
  const verdict = judge(recordingOf('gemini'), 'openai-chat', { ...copy, body })
  expect(verdict).toEqual({
    kind: 'with-losses',
    losses: [{ path: 'choices[].parts[]', why: 'a block only gemini knows' }],
  })
})

test.each([
  ['{"error":{"message":"m"}}', 'm'],
  ['{"error":"m"}', 'm'],
  ['{"message":"m"}', 'm'],
  ['{"detail":"m"}', 'm'],
  ['{"detail":[{"msg":"m"}]}', 'm'],
  ['{"errors":[{"message":"m"}]}', 'm'],
  ['[{"error":{"message":"m"}}]', 'm'],
  ['<html>', undefined],
  ['', undefined],
] as const)('the message of %p', (body, message) => {
  expect(messageOf(body)).toBe(message)
})

test('the page counts pairs and kinds of losses', () => {
  const recording = recordingOf('gemini')
  const losses = [{ path: 'topK', why: 'no | place' }]
  const page = writeFidelityPage([
    { recording, client: 'openai-chat', verdict: { kind: 'exact' } },
    { recording, client: 'openai-chat', verdict: { kind: 'with-losses', losses } },
    { recording, client: 'openai-chat', verdict: { kind: 'failed', why: ['x'], losses } },
  ])
  expect(page).toContain('| gemini | openai-chat | 3 | 1 | 1 | 1 |')
  expect(page).toContain('| `topK` | no \\| place | gemini | openai-chat | 2 |')
})

function speaksToClients(dialect: DialectId | undefined): boolean {
  return dialect !== undefined && isClientDialect(dialect)
}

function clientOf({ dialect }: Recording): ClientDialectId {
  return dialect as ClientDialectId
}

describe.if(hasRecordings())('recorded answers', () => {
  const answers = loadRecordings(
    ({ dialect, status, format }) => speaksToClients(dialect) && status < 300 && format !== 'eventstream',
  )

  test('are exact copies of themselves', () => {
    const wrong: string[] = []
    for (const recording of answers) {
      const verdict = judge(recording, clientOf(recording), replyOf(recording))
      if (verdict.kind !== 'exact') wrong.push(`${recording.path}: ${JSON.stringify(verdict)}`)
    }
    expect(answers.length).toBeGreaterThan(400)
    expect(wrong).toEqual([])
  })

  test('errors are exact copies of themselves', () => {
    const errors = loadRecordings(({ dialect, status }) => speaksToClients(dialect) && status >= 400)
    const wrong = errors
      .filter((each) => judge(each, clientOf(each), replyOf(each)).kind !== 'exact')
      .map(({ path, response }) => `${path} ${JSON.stringify(response.body).slice(0, 100)}`)
    expect(wrong).toEqual([])
  })

  test('Responses streams say in their deltas what they say at the end', () => {
    const streams = answers.filter(({ dialect, stream }) => dialect === 'openai-responses' && stream)
    const different: string[] = []
    for (const recording of streams) {
      const events = framesOf(recording).map(({ data }) => parseObject(data))
      const final = asObject(events.findLast((event) => event?.['response'])?.['response'])
      if (!final || !Array.isArray(final['output']) || final['output'].length === 0) continue
      const facts = readRecordedFacts(recording)
      const whole = readAnswerFacts('openai-responses', final)
      if (!Bun.deepEquals(facts?.choices, whole.choices)) different.push(recording.path)
    }
    expect(streams.length).toBeGreaterThan(50)
    // One recording was shortened by hand in its deltas and not in its end.
    expect(different.length).toBeLessThan(2)
  })
})
