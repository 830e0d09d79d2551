import { describe, expect, test } from 'bun:test'
import type { Provider } from '../../providers/provider.ts'
import type { Snapshot, VirtualKey } from '../snapshot.ts'
import { checkModels } from './check-models.ts'
import type { PassCall } from './pass-call.ts'

const provider: Provider = {
  name: 'p',
  dialect: 'openai-chat',
  baseUrl: 'https://p.example/v1',
  origin: 'https://p.example',
  apiKey: undefined,
  headers: {},
  quirks: {},
  allow: new Set(),
  deadlines: { connectMs: 1, firstTokenMs: 1, gapMs: 1, totalMs: 1 },
}
const snapshot: Snapshot = {
  id: 1,
  providers: new Map([['p', provider]]),
  models: new Map([['smart', [{ provider, model: 'big-1', deadlines: provider.deadlines }]]]),
  keys: new Map(),
  settings: { bodyLimitBytes: 1, answerLimitBytes: 1, heartbeatMs: 1 },
}
const bound: VirtualKey = { id: 'k', name: 'k', models: new Set(['smart', 'p/small:1']), source: 'config' }

interface Asked extends Partial<Omit<PassCall, 'body'>> {
  readonly body?: unknown
}

async function check({ body, ...more }: Asked): Promise<string> {
  const bytes = typeof body === 'string' ? body : JSON.stringify(body)
  const call: PassCall = {
    requestId: 'r',
    route: '/{provider}',
    method: 'POST',
    providerName: 'p',
    path: '/v1/x',
    gatewayOrigin: 'http://gateway.example',
    query: '',
    headers: { 'content-type': 'application/json' },
    body: bytes === undefined ? undefined : new TextEncoder().encode(bytes),
    key: bound,
    signal: new AbortController().signal,
    ...more,
  }
  const checked = await checkModels(call, { provider, snapshot })
  return checked.ok ? new TextDecoder().decode(checked.value.body) : (checked.failure.code ?? checked.failure.kind)
}

describe('a key of some models', () => {
  test('may name what its names lead to, in whatever place', async () => {
    expect(await check({ body: { model: 'big-1' } })).toBe('{"model":"big-1"}')
    expect(await check({ body: { requests: [{ params: { model: 'small:1' } }] } })).toContain('small:1')
    expect(await check({ path: '/v1/models/big-1:generateContent', body: {} })).toBe('{}')
    expect(await check({ path: '/model/small%3A1/converse', body: {} })).toBe('{}')
    expect(await check({ body: { model: 'models/big-1' } })).toContain('models/big-1')
  })

  test.each<[string, Asked]>([
    ['a body', { body: { model: 'big-2' } }],
    ['the name clients use', { body: { model: 'smart' } }],
    ['a list', { body: { model: 'big-1', models: ['big-1', 'big-2'] } }],
    ['a deep member', { body: { model: 'big-1', session: { agents: [{ model_id: 'big-2' }] } } }],
    ['a member in another spelling', { body: { model: 'big-1', fallback: { modelId: 'big-2' } } }],
    ['a tool', { body: { model: 'big-1', tools: [{ type: 'advisor', model: 'big-2' }] } }],
    ['a path', { path: '/v1/models/big-2:generateContent', body: {} }],
    ['a path that is read', { method: 'GET', path: '/v1/models/big-2' }],
    ['an encoded path', { path: '/model/big%2D2/converse', body: {} }],
    ['a query', { method: 'GET', query: 'mod%65l=big-2' }],
    ['a path beside a body', { path: '/v1/models/big-2:x', body: { model: 'big-1' } }],
  ])('may not name another: %s', async (_, asked) => {
    expect(await check(asked)).toBe('model_not_allowed')
  })

  test('must name one to change anything, but for files', async () => {
    expect(await check({ body: { input_file_id: 'file-1' } })).toBe('model_not_named')
    expect(await check({ path: '/v1/batches', method: 'GET' })).toBe('')
    expect(await check({ path: '/v1/x', method: 'DELETE' })).toBe('')
    expect(await check({ path: '/v1/files', headers: { 'content-type': 'application/pdf' }, body: '%PDF' })).toBe(
      '%PDF',
    )
  })

  test('cannot hide a name behind another reading of the same bytes', async () => {
    expect(await check({ body: '{"a":{"model":"big-2","model":"big-1"}}' })).toBe('{"a":{"model":"big-1"}}')
    expect(await check({ body: '{"model":"big-2","model":"big-1"}' })).toBe('invalid-request')
    expect(await check({ body: '{"Model":"big-2"}' })).toBe('invalid-request')
    expect(await check({ body: '{"mod\\u0065l":"big-2"}' })).toBe('model_not_allowed')
    expect(await check({ headers: { 'content-type': 'text/plain' }, body: '{"model":"big-2"}' })).toBe(
      'model_not_allowed',
    )
    expect(await check({ headers: {}, body: 'model=big-2' })).toBe('invalid-request')
  })

  test('may say what it likes in messages and schemas', async () => {
    const tools = [{ function: { parameters: { model: 'T' } } }]
    const body = { model: 'big-1', messages: [{ role: 'user', content: [{ model: 'big-2' }] }], tools }
    expect(await check({ body })).toContain('big-2')
  })

  test('is held to them in a form as well', async () => {
    const form = (...fields: readonly string[]): Asked => {
      const parts = fields.map(
        (each) =>
          `--b\r\ncontent-disposition: form-data; name="${each.split('=')[0]}"\r\n\r\n${each.split('=')[1]}\r\n`,
      )
      return { headers: { 'content-type': 'multipart/form-data; boundary=b' }, body: `${parts.join('')}--b--\r\n` }
    }
    expect(await check(form('model=big-1', 'language=en'))).toContain('big-1')
    expect(await check(form('model=big-2'))).toBe('model_not_allowed')
    expect(await check(form('model=big-1', 'model=big-2'))).toBe('model_not_allowed')
    expect(await check(form('language=en'))).toBe('model_not_named')
    expect(await check({ ...form('purpose=batch'), path: '/v1/files' })).toContain('batch')
    expect(
      await check({ ...form('model=big-1'), headers: { 'content-type': 'multipart/form-data; boundary=c' } }),
    ).toBe('invalid-request')
  })
})

test('a key of all models is not looked at', async () => {
  const key: VirtualKey = { id: 'k', name: 'k', models: undefined, source: 'config' }
  expect(await check({ key, body: 'not json' })).toBe('not json')
})
