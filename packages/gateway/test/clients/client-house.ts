import { type DialectId, dialectIds } from '@sluice/core/ir/dialect-id.ts'
import { converse } from '@sluice/testkit/conversation.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { startTestGateway, type TestGateway, testKey } from '../start-test-gateway.ts'
import type { Target } from './client.ts'

/** What the fake model says when nothing else is asked of it. */
export const greeting = 'Hello from the fake model.'

/** Some clients ask only models to think whose name they know. */
function thinkingModel(upstream: DialectId): string {
  return `gpt-5-${upstream}`
}

/** A gateway in front of one strict provider per dialect. */
export interface ClientHouse extends AsyncDisposable {
  readonly gateway: TestGateway
  readonly provider: FakeProvider
  /** What a user of this gateway gives to a client to reach the provider of this dialect. */
  target(upstream: DialectId, more?: Partial<Target>): Target
}

export async function openClientHouse(): Promise<ClientHouse> {
  const provider = await startFakeProvider({ answer: converse(), isStrict: true })
  const gateway = await startTestGateway(configure(provider.url))
  return {
    gateway,
    provider,
    target(upstream, { thinks = false, ...more } = {}) {
      const model = thinks ? thinkingModel(upstream) : `${upstream}/m`
      return { url: gateway.url, key: testKey, model, thinks, ...more }
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await provider.stop()
    },
  }
}

/** One provider for each dialect, named like it, and one of its models under a name that clients know. */
function configure(url: string): string {
  const providers = dialectIds.map((name) => {
    const base = `${url}${bases[name] ?? '/v1'}`
    return `  ${name}: { dialect: ${name}, base_url: ${base}, api_key: canary-upstream-0123456789 }`
  })
  const models = dialectIds.map((name) => `  ${thinkingModel(name)}: [ { provider: ${name}, model: m } ]`)
  return ['providers:', ...providers, 'models:', ...models, 'settings:', '  detect: false', ''].join('\n')
}

/** Where the paths of a dialect begin, when it is not at `/v1`. */
const bases: Readonly<Partial<Record<DialectId, string>>> = { cohere: '/v2', ollama: '/api', 'bedrock-converse': '' }
