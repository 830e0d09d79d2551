import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { converse } from '@sluice/testkit/conversation.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { oneProviderPerDialect } from '../ask.ts'
import { startTestGateway, type TestGateway, testKey } from '../start-test-gateway.ts'
import type { Target } from './client.ts'

/** What the fake model says when nothing else is asked of it. */
export const greeting = 'Hello from the fake model.'

/** Some clients ask only models to think whose name they know. */
function thinkingModel(upstream: ClientDialectId): string {
  return `gpt-5-${upstream}`
}

/** A gateway in front of one strict provider per dialect. */
export interface ClientHouse extends AsyncDisposable {
  readonly gateway: TestGateway
  readonly provider: FakeProvider
  /** What a user of this gateway gives to a client to reach the provider of this dialect. */
  target(upstream: ClientDialectId, more?: Partial<Target>): Target
}

export async function openClientHouse(): Promise<ClientHouse> {
  const provider = await startFakeProvider({ answer: converse(), isStrict: true })
  const models = clientDialectIds
    .map((name) => `  ${thinkingModel(name)}: [ { provider: ${name}, model: m } ]\n`)
    .join('')
  const gateway = await startTestGateway(`${oneProviderPerDialect(provider.url)}models:\n${models}`)
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
