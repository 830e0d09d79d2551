import { expect, test } from 'bun:test'
import type { Provider } from '../providers/provider.ts'
import { Secret } from '../providers/secret.ts'
import { scrubFailure, scrubSecrets } from './scrub.ts'

const provider: Provider = {
  name: 'x',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:1/v1',
  origin: 'http://127.0.0.1:1',
  apiKey: new Secret('plain-canary-0001'),
  headers: { 'x-tenant': new Secret('tenant-canary-0002') },
  quirks: {},
  allow: new Set(),
  deadlines: { connectMs: 1, firstTokenMs: 1, gapMs: 1, totalMs: 1 },
}

test.each([
  ['our own key by value', 'bad key plain-canary-0001!', 'bad key [redacted]!'],
  ['a configured header by value', 'got tenant-canary-0002', 'got [redacted]'],
  [
    'a half-masked key',
    'Incorrect API key provided: sk-proj-ab****************wxyz.',
    'Incorrect API key provided: [redacted]',
  ],
  ['a Google key', 'API key AIzaSyA1234567890abcdefghijk not valid', 'API key [redacted] not valid'],
  ['a bearer token', 'header Authorization: Bearer abcdefghijkl', 'header Authorization: Bearer [redacted]'],
  ['a key in a URL', 'GET /v1beta/models?key=secretvalue&x=1', 'GET /v1beta/models?key=[redacted]&x=1'],
  ['a Google token', 'token ya29.a0AfH6SNabcdefghijkl refused', 'token [redacted] refused'],
  ['a JSON Web Token', 'got eyJhbGciOiJSUzI1.eyJpc3MiOiJhQGIi.c2lnbmF0dXJl!', 'got [redacted]!'],
  ['a GitHub token', 'bad gho_16C7e42F292c6912E7710c838347Ae178B4a', 'bad [redacted]'],
  ['a key of AWS', 'Credential=AKIAIOSFODNN7EXAMPLE/20150830', 'Credential=[redacted]/20150830'],
  [
    'the token in a canonical request',
    'host:h\nx-amz-security-token:FwoGZXIvYXdzEA==\n\nhost',
    'host:h\nx-amz-security-token:[redacted]\n\nhost',
  ],
  [
    'nothing in ordinary text',
    'the model sk is not found; try task-force',
    'the model sk is not found; try task-force',
  ],
])('takes out %s', (_, text, clean) => {
  expect(scrubSecrets(text, provider)).toBe(clean)
})

test('every text of a failure is scrubbed', () => {
  const failure = scrubFailure(
    {
      kind: 'unauthenticated',
      message: 'plain-canary-0001',
      retry: 'never',
      code: 'plain-canary-0001',
      param: 'plain-canary-0001',
      upstream: {
        provider: 'x',
        status: 401,
        body: '{"k":"plain-canary-0001"}',
        requestId: 'plain-canary-0001',
        contentType: 'x/plain-canary-0001',
        type: 'plain-canary-0001',
        native: { k: 'plain-canary-0001' },
      },
    },
    provider,
  )
  expect(JSON.stringify(failure)).not.toContain('canary')
})
