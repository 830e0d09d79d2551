import { afterAll, describe, expect, test } from 'bun:test'
import { SocketTransport } from '../upstream/socket-transport.ts'
import { askServer, type ServerAnswer } from './ask-server.ts'
import { type Answers, type Asked, deadlines, serverAt, startFakeServer } from './testing.ts'

const transport = new SocketTransport()
afterAll(() => transport.close())

async function ask(
  id: string,
  answers: Answers,
): Promise<{ readonly answer: ServerAnswer; readonly asked: readonly Asked[]; readonly lines: readonly string[] }> {
  await using server = startFakeServer(answers)
  const { provider, facts } = serverAt(id, server.port)
  const answer = await askServer(provider, facts, { transport, deadlines })
  return { answer, asked: server.asked, lines: server.asked.map(({ line }) => line) }
}

const openaiList = (...ids: readonly string[]) => ({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) })
const owned = (owner: string, id: string) => ({ object: 'list', data: [{ id, object: 'model', owned_by: owner }] })

/** Each kind of server as it answers, and the models and questions there are. */
const kinds: readonly (readonly [id: string, answers: Answers, models: readonly string[], lines: readonly string[]])[] =
  [
    [
      'ollama',
      {
        'GET /api/version': { version: '0.30.1' },
        'GET /api/tags': { models: [{ name: 'qwen3:8b', model: 'qwen3:8b', size: 5 }] },
      },
      ['qwen3:8b'],
      ['GET /api/version', 'GET /api/tags'],
    ],
    [
      'vllm',
      { 'GET /health': new Response(''), 'GET /v1/models': owned('vllm', 'Qwen/Qwen3-8B') },
      ['Qwen/Qwen3-8B'],
      ['GET /health', 'GET /v1/models'],
    ],
    [
      'sglang',
      { 'GET /health': new Response(''), 'GET /v1/models': owned('sglang', 'meta/llama') },
      ['meta/llama'],
      ['GET /health', 'GET /v1/models'],
    ],
    [
      'tgi',
      { 'GET /health': new Response(''), 'GET /info': { model_id: 'HuggingFaceH4/zephyr-7b', max_total_tokens: 8192 } },
      ['HuggingFaceH4/zephyr-7b'],
      ['GET /health', 'GET /info'],
    ],
    [
      'llama-cpp',
      { 'GET /health': { status: 'ok' }, 'GET /v1/models': owned('llamacpp', '/models/x.gguf') },
      ['/models/x.gguf'],
      ['GET /health', 'GET /v1/models'],
    ],
    [
      'lm-studio',
      {
        'GET /api/v0/models': {
          object: 'list',
          data: [
            { id: 'qwen2-vl-7b', type: 'vlm', state: 'loaded' },
            { id: 'nomic', type: 'embeddings' },
          ],
        },
      },
      ['qwen2-vl-7b', 'nomic'],
      ['GET /api/v0/models'],
    ],
    ['lm-studio', { 'GET /v1/models': openaiList('old') }, ['old'], ['GET /api/v0/models', 'GET /v1/models']],
    [
      'localai',
      { 'GET /readyz': new Response('OK'), 'GET /v1/models': openaiList('gpt-4') },
      ['gpt-4'],
      ['GET /readyz', 'GET /v1/models'],
    ],
    [
      'infinity',
      { 'GET /health': { unix: 1 }, 'GET /v1/models': owned('infinity', 'BAAI/bge-m3') },
      ['BAAI/bge-m3'],
      ['GET /health', 'GET /v1/models'],
    ],
    ['xinference', { 'GET /v1/models': openaiList('bge-reranker') }, ['bge-reranker'], ['GET /v1/models']],
    [
      'triton',
      {
        'GET /v2/health/ready': new Response(''),
        'POST /v2/repository/index': [
          { name: 'llama', version: '1', state: 'READY' },
          { name: 'cold', state: 'UNAVAILABLE' },
        ],
      },
      ['llama'],
      ['GET /v2/health/ready', 'GET /v1/models', 'POST /v2/repository/index'],
    ],
  ]

describe.each(kinds)('%s', (id, answers, models, lines) => {
  test('is asked in its own way', async () => {
    const found = await ask(id, answers)
    expect(found.answer).toMatchObject({ isUp: true, models: [...models] })
    expect(found.lines).toEqual([...lines])
    expect(found.asked.every(({ authorization }) => authorization === 'Bearer sk-canary-of-the-server')).toBe(true)
  })

  test('is down when it says so, and its list is not asked for', async () => {
    const [first = ''] = lines
    const isReady = first !== 'GET /v1/models' && first !== 'GET /api/v0/models'
    const found = await ask(id, { ...answers, [first]: new Response('loading', { status: 503 }) })
    if (isReady) expect([found.answer.isUp, found.lines.length]).toEqual([false, 1])
  })
})

test.each<[string, Answers, number | undefined]>([
  ['vllm', { 'GET /v1/models': { data: [{ id: 'm', max_model_len: 4096 }] } }, 4096],
  ['lm-studio', { 'GET /api/v0/models': { data: [{ id: 'm', max_context_length: 8192 }] } }, 8192],
  ['llama-cpp', { 'GET /v1/models': { data: [{ id: 'm', meta: { n_ctx_train: 131_072 } }] } }, 131_072],
  ['tgi', { 'GET /info': { model_id: 'm', max_total_tokens: 2048 } }, 2048],
  ['vllm', { 'GET /v1/models': { data: [{ id: 'm', max_model_len: -1 }] } }, undefined],
  ['xinference', { 'GET /v1/models': { data: [{ id: 'm' }] } }, undefined],
])('%s tells how much a model takes: %j is %p', async (id, answers, tokens) => {
  const { answer } = await ask(id, answers)
  expect(answer.isUp ? answer.contextTokens?.get('m') : 0).toBe(tokens)
})

describe('a server', () => {
  test('without the word of its kind about readiness is judged by its list', async () => {
    expect((await ask('vllm', { 'GET /v1/models': openaiList('m') })).answer).toMatchObject({
      isUp: true,
      models: ['m'],
    })
    expect((await ask('vllm', {})).answer).toEqual({ isUp: false, reason: 'It answers 404.' })
  })

  test('that is ready but lists nothing is up', async () => {
    expect((await ask('vllm', { 'GET /health': new Response('') })).answer).toMatchObject({
      isUp: true,
      models: undefined,
    })
  })

  test('shows only names a configuration could have, once each, and so many', async () => {
    const odd = [
      'a',
      'a',
      'bad name',
      '\u001b[31mred',
      'a?b',
      '../x',
      'hf.co/a/b:Q4_K_M',
      ...Array.from({ length: 600 }, (_, at) => `m${at}`),
    ]
    const { answer } = await ask('xinference', { 'GET /v1/models': openaiList(...odd) })
    const models = answer.isUp ? (answer.models ?? []) : []
    expect(models.slice(0, 3)).toEqual(['a', 'hf.co/a/b:Q4_K_M', 'm0'])
    expect(models).toHaveLength(500)
  })

  test('that answers something else is down', async () => {
    const wrong: readonly unknown[] = [
      new Response('<html>hello</html>'),
      { models: [] },
      [],
      'text',
      new Response('{}', { status: 401 }),
      Response.redirect('http://127.0.0.1:1/v1/models', 307),
      new Response(`{"data":[],"filler":"${'x'.repeat(2_000_000)}"}`),
    ]
    for (const answer of wrong) {
      const found = await ask('xinference', { 'GET /v1/models': answer })
      expect(found.answer.isUp).toBe(false)
      expect(JSON.stringify(found.answer)).not.toContain('canary')
    }
  })

  test('that never answers, or is not there, is down within its deadline', async () => {
    const never = new Promise<Response>(() => undefined)
    await using server = startFakeServer({ 'GET /v1/models': () => never })
    const { provider, facts } = serverAt('xinference', server.port)
    const brief = { ...deadlines, firstTokenMs: 50, totalMs: 100 }
    const answer = await askServer(provider, facts, { transport, deadlines: brief })
    expect(answer).toMatchObject({ isUp: false, reason: expect.stringContaining('50 ms') })
    const absent = serverAt('xinference', 1)
    expect(await askServer(absent.provider, absent.facts, { transport, deadlines })).toMatchObject({ isUp: false })
  })
})
