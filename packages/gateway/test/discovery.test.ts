import { expect, test } from 'bun:test'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObjects, parseObject } from '@sluice/core/ir/read.ts'
import { type Answer, answerJson, answerText } from '@sluice/testkit/answer.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import type { ReceivedCall } from '@sluice/testkit/journal.ts'
import { ask } from './ask.ts'
import { startTestGateway, type TestGateway, testKey } from './start-test-gateway.ts'

/** Self-hosted servers through the whole gateway: their models are listed and priced, and one that is down is tried last. */
const models = (...names: readonly string[]) =>
  answerJson({ object: 'list', data: names.map((id) => ({ id, max_model_len: 32_768 })) })
const isCall = ({ path }: ReceivedCall): boolean => path.endsWith('/chat/completions')

function serverOf(list: () => Answer): Promise<FakeProvider> {
  return startFakeProvider({
    answer: (call) => {
      if (isCall(call)) return sayText('openai-chat', 'ok')
      if (call.path === '/health') return list().status === 200 ? answerText('') : list()
      return call.path === '/v1/models' ? list() : answerText('', { status: 404 })
    },
  })
}

async function listed(gateway: TestGateway): Promise<readonly unknown[]> {
  return (await list(gateway)).map(({ id }) => id)
}

async function list(gateway: TestGateway): Promise<readonly JsonObject[]> {
  const response = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${testKey}` } })
  return asObjects(parseObject(await response.text())?.['data'])
}

test('a configured server shows its models, gains more, and is tried last while it is down', async () => {
  let answer = models('small')
  await using box = await serverOf(() => answer)
  await using spare = await serverOf(() => models('small'))
  await using gateway = await startTestGateway(`providers:
  box: { type: vllm, base_url: ${box.url}/v1 }
  spare: { type: sglang, base_url: ${spare.url}/v1, price: { input: 1, output: 2 } }
models:
  mine: [ { provider: box, model: small }, { provider: spare, model: small } ]
settings: { detect: false }`)
  const { discovery, holder } = gateway.gateway
  expect(await listed(gateway)).toEqual(['mine', 'box/small', 'spare/small', 'demo/echo'])
  expect(holder.current.models.get('box/small')?.[0]?.price).toBe('free')
  expect((await list(gateway)).find(({ id }) => id === 'box/small')).toMatchObject({ context_length: 32_768 })
  expect(holder.current.models.get('mine')?.[1]?.price).toMatchObject({ input: 1_000_000_000 })

  answer = models('small', 'large')
  await discovery.look()
  expect(await listed(gateway)).toContain('box/large')

  const served = async (): Promise<string | null> =>
    (await ask(gateway, 'openai-chat', { model: 'mine' })).headers.get('x-sluice-provider')
  expect(await served()).toBe('box')
  answer = answerText('loading', { status: 503 })
  await discovery.look()
  expect(await served()).toBe('box')
  await discovery.look()
  expect(await served()).toBe('spare')
  expect(discovery.states()).toMatchObject([
    { name: 'box', isUp: false, models: ['small', 'large'], reason: 'It answers 503.' },
    { name: 'spare', isUp: true },
  ])
  expect(await listed(gateway)).toContain('box/large')

  spare.answerWith(answerText('broken', { status: 500 }))
  expect(await served()).toBe('box')
  answer = models('small')
  spare.answerWith(models('small'))
  await discovery.look()
  expect(discovery.states()[0]).toMatchObject({ isUp: true, models: ['small'] })
})

test('a server that comes up later is there without a restart', async () => {
  let answer = answerText('', { status: 503 })
  await using box = await serverOf(() => answer)
  await using gateway = await startTestGateway(
    `providers:\n  box: { dialect: openai-chat, base_url: ${box.url}/v1, discover: true }\nsettings: { detect: false }`,
  )
  expect(await listed(gateway)).toEqual(['demo/echo'])
  answer = models('m')
  await gateway.gateway.discovery.look()
  expect(await listed(gateway)).toEqual(['box/m', 'demo/echo'])
  expect(box.journal.filter(isCall)).toHaveLength(0)
})
