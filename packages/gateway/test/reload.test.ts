import { expect, test } from 'bun:test'
import { clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { asObject, asObjects } from '@sluice/core/ir/read.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask, oneProviderPerDialect } from './ask.ts'
import { poll } from './poll.ts'
import { type GatewayProcess, startProcess } from './start-process.ts'
import { testKey } from './start-test-gateway.ts'

/** Attack case G10: the configuration changes under load, again and again, and no call notices. */
const reloads = 200
const callers = 8

/** One model, `now`, that leads to another model of every provider in each generation. */
function configure(url: string, generation: number): string {
  const models = clientDialectIds.map((name) => `  now-${name}: [ { provider: ${name}, model: gen-${generation} } ]`)
  return `${oneProviderPerDialect(url)}models:\n${models.join('\n')}\n  only-${generation}: [ { provider: gemini, model: m } ]\n`
}

/** Calls in turn, by every dialect of every provider, until told to stop. */
async function callOnAndOn(gateway: GatewayProcess, isOver: () => boolean, offset: number): Promise<readonly string[]> {
  const bad: string[] = []
  for (let turn = offset; !isOver(); turn++) {
    const client = clientDialectIds[turn % 4] ?? 'openai-chat'
    const target = clientDialectIds[Math.floor(turn / 4) % 4] ?? 'openai-chat'
    const response = await ask(gateway, client, { model: `now-${target}`, stream: turn % 3 === 0 })
    const text = await response.text()
    if (response.status !== 200 || !text.includes('fine')) bad.push(`${response.status} ${text}`)
  }
  return bad
}

async function listsModel(gateway: GatewayProcess, name: string): Promise<boolean> {
  const response = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${testKey}` } })
  return asObjects(asObject(await response.json())?.['data']).some(({ id }) => id === name)
}

const linesOf = (gateway: GatewayProcess, event: string): number =>
  gateway.output().split(`"event":"${event}"`).length - 1

test('200 reloads under load, a tenth of them invalid, fail no call', async () => {
  await using provider = await startFakeProvider({
    answer: ({ dialect = 'openai-chat', json, path }) =>
      sayText(dialect, 'fine', { stream: asObject(json)?.['stream'] === true || path.includes('stream') }),
  })
  await using gateway = await startProcess(configure(provider.url, 0))
  let isOver = false
  const calling = Array.from({ length: callers }, (_, index) => callOnAndOn(gateway, () => isOver, index * 5))

  let refused = 0
  for (let generation = 1; generation <= reloads; generation++) {
    const isInvalid = generation % 10 === 0
    const valid = configure(provider.url, generation)
    await gateway.writeConfig(isInvalid ? `${valid}\nmodells: {}\n` : valid)
    gateway.signal('SIGHUP')
    if (isInvalid) refused++
    await poll(async () =>
      isInvalid ? linesOf(gateway, 'config-refused') >= refused : await listsModel(gateway, `only-${generation}`),
    )
    if (isInvalid) expect(await listsModel(gateway, `only-${generation - 1}`)).toBe(true)
  }
  isOver = true
  const bad = (await Promise.all(calling)).flat()
  expect(bad).toEqual([])
  await poll(() => gateway.calls().length === provider.journal.length)

  const calls = gateway.calls()
  expect(calls.length).toBeGreaterThan(reloads)
  expect(calls.filter(({ outcome }) => outcome !== 'ok')).toEqual([])
  const modelOf = new Map<unknown, unknown>()
  for (const { snapshot, model } of calls) {
    expect(typeof snapshot).toBe('number')
    expect(modelOf.get(snapshot) ?? model).toBe(model)
    modelOf.set(snapshot, model)
  }
  expect(modelOf.size).toBeGreaterThan(reloads / 4)
  expect(gateway.output()).toMatch(/"config-refused".*"problems":\["sluice\.yaml:\d+:\d+: .*modells.*models/)
}, 120_000)

test('a changed file is read without a signal, and refused with its place while it is wrong', async () => {
  await using provider = await startFakeProvider({ answer: sayText('openai-chat', 'fine') })
  await using gateway = await startProcess(configure(provider.url, 1))
  await gateway.writeConfig(configure(provider.url, 2))
  await gateway.until('"config-reloaded"')
  expect(await listsModel(gateway, 'only-2')).toBe(true)
  await gateway.writeConfig(`${configure(provider.url, 3)}  - nonsense: [\n`)
  await gateway.until('"config-refused"')
  expect(gateway.output()).toMatch(/"config-refused".*sluice\.yaml:\d+/)
  expect(await listsModel(gateway, 'only-2')).toBe(true)
  await gateway.writeConfig(configure(provider.url, 4))
  await poll(() => listsModel(gateway, 'only-4'))
}, 60_000)
