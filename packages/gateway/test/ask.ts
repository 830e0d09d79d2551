import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { type TestGateway, testKey } from './start-test-gateway.ts'

/** The plainest request of a dialect, for a model, with more fields on top. */
export interface PlainAsk {
  readonly model: string
  readonly stream?: boolean
  readonly extra?: JsonObject
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Sends it as a client of this dialect would. */
export function ask(gateway: Pick<TestGateway, 'url'>, client: ClientDialectId, options: PlainAsk): Promise<Response> {
  const { path, body } = plainRequest(client, options)
  return fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json', ...options.headers },
    body: JSON.stringify(body),
    ...(options.signal && { signal: options.signal }),
  })
}

export function plainRequest(
  client: ClientDialectId,
  { model, stream = false, extra }: PlainAsk,
): { readonly path: string; readonly body: JsonObject } {
  const messages = [{ role: 'user', content: 'Hello.' }]
  switch (client) {
    case 'openai-chat':
      return { path: '/v1/chat/completions', body: { model, stream, messages, ...extra } }
    case 'openai-responses':
      return { path: '/v1/responses', body: { model, stream, input: 'Hello.', ...extra } }
    case 'anthropic-messages':
      return { path: '/v1/messages', body: { model, stream, max_tokens: 100, messages, ...extra } }
    case 'gemini': {
      const verb = stream ? 'streamGenerateContent?alt=sse' : 'generateContent'
      const contents = [{ role: 'user', parts: [{ text: 'Hello.' }] }]
      return { path: `/v1beta/models/${model}:${verb}`, body: { contents, ...extra } }
    }
  }
}

/** Configuration for one fake provider per dialect at this address, named like the dialect. */
export function oneProviderPerDialect(url: string, more = ''): string {
  const names: readonly ClientDialectId[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini']
  const lines = names.map(
    (name) => `  ${name}: { dialect: ${name}, base_url: ${url}/v1, api_key: canary-upstream-0123456789${more} }`,
  )
  return `providers:\n${lines.join('\n')}\nsettings:\n  detect: false\n`
}
