import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import { readConfig } from '../config/read-config.ts'
import { ServerWatch, type WatchedServer } from './server-watch.ts'
import { createWorld, type FakeServer, type FakeWorld, serverAt, startFakeServer } from './testing.ts'
import { listServers } from './watched-servers.ts'

const list = (...ids: readonly string[]) => ({ data: ids.map((id) => ({ id })) })
let world: FakeWorld
let server: FakeServer
let servers: readonly WatchedServer[]
let changes: number
let watch: ServerWatch

beforeEach(() => {
  world = createWorld()
  server = startFakeServer({ 'GET /v1/models': list('m') })
  servers = [serverAt('xinference', server.port)]
  changes = 0
  watch = new ServerWatch(
    {
      servers: () => servers,
      everyMs: () => 30_000,
      onChange: () => {
        changes++
        return undefined
      },
    },
    world,
  )
})
afterEach(async () => {
  watch.stop()
  world.transport.close()
  await server[Symbol.asyncDispose]()
})

describe('a configured server', () => {
  test('is up with its models, and a look that finds the same changes nothing', async () => {
    await watch.look()
    expect(watch.states).toEqual([{ name: 'xinference', isUp: true, models: ['m'], sinceUnixMs: 1000 }])
    world.nowMs = 2000
    await watch.look()
    expect(watch.states[0]?.sinceUnixMs).toBe(1000)
    expect(changes).toBe(1)
    expect(world.lines).toEqual([{ event: 'server-up', provider: 'xinference', models: 1 }])
  })

  test('gains and loses models', async () => {
    await watch.look()
    server.answers = { 'GET /v1/models': list('m', 'n') }
    await watch.look()
    expect(watch.states[0]?.models).toEqual(['m', 'n'])
    expect(changes).toBe(2)
    expect(world.lines.at(-1)).toEqual({ event: 'server-models', provider: 'xinference', models: 2 })
  })

  test('is down after two misses, keeps its models, and comes back', async () => {
    await watch.look()
    server.answers = { 'GET /v1/models': new Response('', { status: 503 }) }
    await watch.look()
    expect(watch.states[0]?.isUp).toBe(true)
    world.nowMs = 5000
    await watch.look()
    expect(watch.states).toEqual([
      { name: 'xinference', isUp: false, models: ['m'], sinceUnixMs: 5000, reason: 'It answers 503.' },
    ])
    await watch.look()
    server.answers = { 'GET /v1/models': list('m') }
    await watch.look()
    expect(watch.states[0]?.isUp).toBe(true)
    expect(world.lines.map(({ event }) => event)).toEqual(['server-up', 'server-down', 'server-up'])
    expect(changes).toBe(3)
  })

  test('that was never there is down at once', async () => {
    servers = [serverAt('xinference', 1)]
    await watch.look()
    expect(watch.states[0]).toMatchObject({ isUp: false, models: [] })
  })

  test('is forgotten when a reload takes it out', async () => {
    await watch.look()
    servers = []
    await watch.look()
    expect(watch.states).toEqual([])
    expect(changes).toBe(2)
  })
})

describe('a guessed server', () => {
  test('is not there until it has answered', async () => {
    servers = [serverAt('xinference', 1, { isGuess: true })]
    await watch.look()
    expect([watch.states, world.lines, changes]).toEqual([[], [], 0])
    servers = [serverAt('xinference', server.port, { isGuess: true })]
    await watch.look()
    expect(watch.states).toMatchObject([{ name: 'xinference', isUp: true }])
  })

  test.each([
    ['llamacpp', 'llama-cpp'],
    [undefined, 'localai'],
    ['someone', 'localai'],
  ])('of an address that several use is the one whose models are owned by %p', async (owner, name) => {
    server.answers = { 'GET /v1/models': { data: [{ id: 'm', owned_by: owner }] } }
    servers = ['llama-cpp', 'localai'].map((id) => serverAt(id, server.port, { isGuess: true }))
    await watch.look()
    expect(watch.states.map((state) => state.name)).toEqual([name])
  })
})

test.each([
  [{ model_id: 'm', max_total_tokens: 4096 }, 'tgi'],
  [{ model_id: 'm', model_type: { embedding: { pooling: 'cls' } } }, 'tei'],
])('a server that tells of itself %j is %s', async (info, name) => {
  server.answers = { 'GET /health': new Response(''), 'GET /info': info }
  servers = ['tei', 'tgi'].map((id) => serverAt(id, server.port, { isGuess: true }))
  await watch.look()
  expect(watch.states).toMatchObject([{ name, models: ['m'] }])
})

test('an Ollama is found once, though two of its APIs are known', async () => {
  server.answers = { 'GET /api/version': {}, 'GET /api/tags': { models: [{ name: 'qwen3:8b' }] } }
  servers = ['ollama', 'ollama-native'].map((id) => serverAt(id, server.port, { isGuess: true }))
  await watch.look()
  expect(watch.states.map(({ name }) => name)).toEqual(['ollama'])
  servers = [serverAt('ollama-native', server.port)]
  await watch.look()
  expect(watch.states).toMatchObject([{ name: 'ollama-native', models: ['qwen3:8b'] }])
})

test('rounds follow one another, none beside another, until it is stopped', async () => {
  watch.start()
  for (let round = 1; round <= 3; round++) {
    const wake = world.wake
    world.wake = undefined
    wake?.()
    await until(() => world.wake !== undefined)
    expect(server.asked).toHaveLength(round)
  }
  watch.stop()
  expect(world.wake).toBeUndefined()
  watch.start()
  expect(world.wake).toBeUndefined()
  expect(world.bugs).toEqual([])
})

test('an address where nothing was found is asked again only now and then', async () => {
  servers = [serverAt('xinference', server.port, { isGuess: true })]
  server.answers = {}
  watch.start()
  for (let round = 1; round <= 10; round++) {
    expect(server.asked).toHaveLength(0)
    const wake = world.wake
    world.wake = undefined
    wake?.()
    await until(() => world.wake !== undefined)
  }
  expect(server.asked).toHaveLength(1)
})

test('no more than eight servers are asked at one moment', async () => {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  server.answers = { 'GET /v1/models': () => opened.then(() => Response.json(list('m'))) }
  servers = Array.from({ length: 20 }, (_, at) => {
    const each = serverAt('xinference', server.port)
    return { ...each, provider: { ...each.provider, name: `x${at}` } }
  })
  const looked = watch.look()
  await until(() => server.asked.length === 8)
  await new Promise((resolve) => setImmediate(resolve))
  expect(server.asked).toHaveLength(8)
  open()
  await looked
  expect(watch.states).toHaveLength(20)
  expect(server.asked).toHaveLength(20)
})

test('looked after are the self-hosted of the file, and the usual addresses of the others on this machine', () => {
  const namesOf = (text: string) => {
    const result = readConfig(text, { file: 'f', env: {}, knownProviders })
    if (!result.ok) throw new Error(result.problems[0]?.message)
    return listServers({ config: result.config, knownProviders, env: {} }).map(
      ({ provider, isGuess }) => `${provider.name}${isGuess ? '?' : ''}`,
    )
  }
  expect(namesOf('')).toContain('ollama?')
  expect(namesOf('settings: { detect: false }')).toEqual([])
  const text = `providers:
  ollama: { base_url: "http://gpu.example:11434/v1" }
  mine: { dialect: openai-chat, base_url: "http://gpu.example:9/v1", discover: true }
  quiet: { type: vllm, discover: false }
  plain: { dialect: openai-chat, base_url: "http://gpu.example:8/v1" }
settings: { detect: false }`
  expect(namesOf(text)).toEqual(['ollama', 'mine'])
  expect(namesOf(text.replace('settings: { detect: false }', ''))).not.toContain('ollama?')
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
