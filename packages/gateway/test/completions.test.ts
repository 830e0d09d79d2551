import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObject, asObjects, parseObject } from '@sluice/core/ir/read.ts'
import { type Answer, answerJson, answerStream } from '@sluice/testkit/answer.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/** Text completed and filled in: by providers that do so themselves, in either form, and by those that only chat. */
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: ({ path, json }) => complete(path, asObject(json) ?? {}) })
  const { url } = provider
  gateway = await startTestGateway(`providers:
  texts: { dialect: openai-chat, base_url: ${url}/v1, api_key: k, tasks: { complete: text } }
  mistral: { base_url: ${url}/v1, api_key: k }
  deepseek: { base_url: ${url}, api_key: k }
  openai: { base_url: ${url}/v1, api_key: k }
  claude: { dialect: anthropic-messages, base_url: ${url}/v1, api_key: k }
models:
  either: [ { provider: claude, model: m }, { provider: mistral, model: codestral } ]
settings: { detect: false }`)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }

/** Says which way it was asked, and in what words. */
function complete(path: string, body: JsonObject): Answer {
  const isText = path.endsWith('/completions') && !path.includes('/fim/') && !path.includes('/chat/')
  const said = `${path}(${body['prompt'] ?? 'chat'}|${body['suffix'] ?? ''})`
  const head = { id: 'c', created: 1, model: body['model'] ?? null }
  if (body['stream'] === true) {
    const choice = isText ? { text: said } : { delta: { role: 'assistant', content: said } }
    const chunk = (more: JsonObject): string => `data: ${JSON.stringify({ ...head, ...more })}\n\n`
    return answerStream([
      chunk({ choices: [{ index: 0, ...choice, finish_reason: null }] }),
      chunk({ choices: [{ index: 0, ...(isText ? { text: '' } : { delta: {} }), finish_reason: 'stop' }] }),
      chunk({ choices: [], usage }),
      'data: [DONE]\n\n',
    ])
  }
  const choice = isText ? { text: said, logprobs: null } : { message: { role: 'assistant', content: said } }
  return answerJson({ ...head, choices: [{ index: 0, ...choice, finish_reason: 'stop' }], usage })
}

async function ask(path: string, body: JsonObject): Promise<{ status: number; text: string; response: Response }> {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, text: await response.text(), response }
}

function saidIn(text: string): unknown {
  const [choice] = asObjects(parseObject(text)?.['choices'])
  return choice?.['text'] ?? asObject(choice?.['message'])?.['content']
}

/** The words of a stream, whichever of the two forms it has. */
function streamedIn(text: string): string {
  const chunks = [...text.matchAll(/^data: (\{.*)$/gm)].map((match) => parseObject(match[1] ?? ''))
  const choices = chunks.flatMap((chunk) => asObjects(chunk?.['choices']))
  return choices.map((each) => `${each['text'] ?? asObject(each['delta'])?.['content'] ?? ''}`).join('')
}

const cases: readonly (readonly [string, string, JsonObject, string])[] = [
  ['text, who completes text', '/v1/completions', { model: 'texts/m' }, '/v1/completions(a|)'],
  [
    'text with a suffix, who completes text',
    '/v1/completions',
    { model: 'texts/m', suffix: 'z' },
    '/v1/completions(a|z)',
  ],
  ['fim, who completes text', '/v1/fim/completions', { model: 'texts/m', suffix: 'z' }, '/v1/completions(a|z)'],
  ['fim, Mistral', '/v1/fim/completions', { model: 'mistral/m', suffix: 'z' }, '/v1/fim/completions(a|z)'],
  ['text with a suffix, Mistral', '/v1/completions', { model: 'mistral/m', suffix: 'z' }, '/v1/fim/completions(a|z)'],
  ['text, Mistral', '/v1/completions', { model: 'mistral/m' }, '/v1/chat/completions(chat|)'],
  ['text, DeepSeek', '/beta/completions', { model: 'deepseek/m', suffix: 'z' }, '/beta/completions(a|z)'],
  ['fim, DeepSeek', '/v1/fim/completions', { model: 'deepseek/m', suffix: 'z' }, '/beta/completions(a|z)'],
  ['text, an older model of OpenAI', '/v1/completions', { model: 'openai/davinci-002' }, '/v1/completions(a|)'],
  ['a suffix goes past who cannot', '/v1/completions', { model: 'either', suffix: 'z' }, '/v1/fim/completions(a|z)'],
]

describe.each(cases)('%s', (_, path, body, said) => {
  test('whole', async () => {
    const { status, text, response } = await ask(path, { prompt: 'a', max_tokens: 9, ...body })
    expect([status, saidIn(text)]).toEqual([200, said])
    const call = await gateway.callOf(response.headers.get('x-sluice-request-id') ?? '')
    expect(call).toMatchObject({ outcome: 'ok', input_tokens: 3, output_tokens: 2 })
  })

  test('streamed', async () => {
    const { status, text, response } = await ask(path, { prompt: 'a', stream: true, ...body })
    expect([status, streamedIn(text)]).toEqual([200, said])
    expect(text).toEndWith('data: [DONE]\n\n')
    const call = await gateway.callOf(response.headers.get('x-sluice-request-id') ?? '')
    expect(call).toMatchObject({ outcome: 'ok', stream: true, input_tokens: 3 })
  })
})

test('bytes pass between the same forms: several prompts, numbers of tokens, unknown fields', async () => {
  for (const prompt of [
    ['a', 'b'],
    [1, 2],
  ]) {
    await ask('/v1/completions', { model: 'texts/m', prompt, best_of: 2, newest: true })
    expect(asObject(provider.journal.at(-1)?.json)).toEqual({ model: 'm', prompt, best_of: 2, newest: true })
  }
})

test('a suffix no provider can take is refused, and says why', async () => {
  const { status, text } = await ask('/v1/completions', { model: 'claude/m', prompt: 'a', suffix: 'z' })
  expect(status).toBe(400)
  expect(asObject(parseObject(text)?.['error'])).toMatchObject({ param: 'suffix' })
})

test('logprobs come back in the words of the older API', async () => {
  provider.answerWith(
    answerJson({
      id: 'c',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hi' },
          logprobs: { content: [{ token: 'Hi', logprob: -0.5, top_logprobs: [{ token: 'Ho', logprob: -2 }] }] },
          finish_reason: 'stop',
        },
      ],
    }),
  )
  const { text } = await ask('/v1/completions', { model: 'mistral/m', prompt: 'a', suffix: 'z', logprobs: 1 })
  const [choice] = asObjects(parseObject(text)?.['choices'])
  expect(choice).toMatchObject({ logprobs: { tokens: ['Hi'], token_logprobs: [-0.5], top_logprobs: [{ Ho: -2 }] } })
  provider.answerWith(({ path, json }) => complete(path, asObject(json) ?? {}))
})
