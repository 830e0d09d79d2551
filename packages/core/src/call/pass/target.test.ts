import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { joinTarget } from './target.ts'

const at = (baseUrl: string) => ({ baseUrl, origin: new URL(baseUrl).origin })

function join(baseUrl: string, path: string, query = ''): string {
  const joined = joinTarget(at(baseUrl), { path, query })
  return joined.ok ? joined.value.url : `refused: ${joined.failure.message}`
}

test.each([
  ['https://api.example', '/model/m/converse', 'https://api.example/model/m/converse'],
  ['https://api.example/v1', '/v1/files', 'https://api.example/v1/files'],
  ['https://api.example/v1', '/v1', 'https://api.example/v1'],
  ['https://api.example/v1', '/v2/files/', 'https://api.example/v2/files/'],
  ['https://api.example/v1beta', '/upload/v1beta/files', 'https://api.example/upload/v1beta/files'],
  ['http://127.0.0.1:11434/v1', '/api/tags', 'http://127.0.0.1:11434/api/tags'],
  ['https://api.example/openai/v1', '/openai/v1/models', 'https://api.example/openai/v1/models'],
  ['https://api.example/openai/v1', '/v1/models', 'https://api.example/openai/v1/models'],
  ['https://api.example/openai/v1', '/models', 'https://api.example/openai/models'],
  ['https://h.example/team-a/v1', '/team-b/v1/files', 'https://h.example/team-a/team-b/v1/files'],
  ['https://h.example/v1/projects/p', '/v1beta1/projects/p/x:y', 'https://h.example/v1beta1/projects/p/x:y'],
  ['https://h.example/v1/projects/p', '/v1/projects/q/x', 'https://h.example/v1/projects/p/v1/projects/q/x'],
  ['https://h.example', '/model/arn%3Aaws%3Aa%2Fb/invoke', 'https://h.example/model/arn%3Aaws%3Aa%2Fb/invoke'],
])('%s with %s is %s', (baseUrl, path, url) => {
  expect(join(baseUrl, path)).toBe(url)
})

test('a query goes on without what presents a credential', () => {
  const kept = (query: string) => join('https://api.example', '/x', query).slice('https://api.example/x'.length)
  expect(kept('limit=2&after=a%20b&flag')).toBe('?limit=2&after=a%20b&flag')
  expect(kept('key=sl-1&pageSize=3')).toBe('?pageSize=3')
  for (const name of ['key', 'KEY', 'k%65y', 'access_token', 'api_key', 'X-Amz-Signature', '%24httpMethod'])
    expect(kept(`${name}=v`)).toBe('')
})

const attacks = [
  ...['//evil.example/x', '/x//y', '/\\evil.example', '/x\\y', '/@evil.example#', '/x?y', '/x#y', '/ x', '/x\n'],
  ...['/../x', '/x/..', '/x/./y', '/%2e%2e/x', '/x/%2E%2e', '/.%2e/x', '/x/..;/y', '/x/%2e%2e;a=b/y'],
  ...['/%2fevil.example', '/x%2f..%2fy', '/x%5c..%5cy', '/%252e%252e/x', '/x%252fy', '/x%00', '/x%0d%0aHost:evil'],
  ...['/%ef%bc%8e%ef%bc%8e/x', '/x%ef%bc%8fy', '/x%ef%bc%bcy', '/%c0%ae%c0%ae/x', '/%ff', '/%', '/%2', 'x', ''],
  ...['/models/..%2f..%2fx', '/models/a%2f%2e%2e%2fb', '/models/a%2f%2fb', '/models/%2fa'],
  ...['https://evil.example/', '/http%3a%2f%2fevil.example'],
]

describe('what leads astray is refused', () => {
  test.each(attacks)('%j', (path) => {
    for (const base of ['https://api.example', 'https://api.example/v1', 'https://api.example/team/v1'])
      expect(join(base, path)).toStartWith('refused')
  })
})

test('whatever is written, the origin is the provider’s and nothing is left to resolve', () => {
  const piece = fc.constantFrom(
    ...['/', '.', '..', '%2e', '%2f', '%5c', '\\', '@', ':', '?', '#', ';', 'v1', 'team', 'é', 'a'],
  )
  const path = fc
    .array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 12 })
    .map((all) => `/${all.join('')}`)
  fc.assert(
    fc.property(path, fc.string({ maxLength: 20 }), (written, query) => {
      const base = at('https://api.example/team/v1')
      const joined = joinTarget(base, { path: written, query })
      if (!joined.ok) return
      const url = new URL(joined.value.url)
      expect(url.origin).toBe(base.origin)
      expect(`${url.pathname}/`).toStartWith('/team/')
      expect(decodeURIComponent(url.pathname).split(/[/\\]/)).not.toContain('..')
      expect(url.hash + url.username + url.password).toBe('')
    }),
    { numRuns: 3000 },
  )
})
