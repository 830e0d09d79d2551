import { describe, expect, test } from 'bun:test'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import { isLoopbackHost, readBaseUrl } from './base-url.ts'

const good: readonly (readonly [text: string, baseUrl: string, origin: string])[] = [
  ['https://api.example.com/v1', 'https://api.example.com/v1', 'https://api.example.com'],
  ['https://api.example.com/v1/', 'https://api.example.com/v1', 'https://api.example.com'],
  ['https://api.example.com', 'https://api.example.com', 'https://api.example.com'],
  ['http://127.0.0.1:8000/v1', 'http://127.0.0.1:8000/v1', 'http://127.0.0.1:8000'],
  ['http://[::1]:8000/v1', 'http://[::1]:8000/v1', 'http://[::1]:8000'],
  ['http://LocalHost:11434', 'http://localhost:11434', 'http://localhost:11434'],
  ['https://h.example/a/~b/c-d_e.f:g', 'https://h.example/a/~b/c-d_e.f:g', 'https://h.example'],
]

const bad: readonly string[] = [
  '',
  'api.example.com/v1',
  '//api.example.com',
  'ftp://api.example.com',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'unix:///run/socket',
  'https://',
  'https:///v1',
  'https://user@h.example/v1',
  'https://user:pass@h.example/v1',
  'https://h.example#.openai.azure.com/v1',
  'https://h.example?x=1',
  'https://h.example\\@evil.example/',
  'https://h.example/%2e%2e/v1',
  'https://h.example/a/../b',
  'https://h.example/./b',
  'https://h.example//b',
  'https://h.example/a b',
  'https://h.example/\u0000',
  'https://h.example/v1\nx',
  'https://h。example/v1',
  'https://①②⑦.0.0.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://127.1/',
  'http://0/',
  'http://169.254.169.254/latest',
  'http://[::ffff:169.254.169.254]/',
  'http://[fd00:ec2::254]/',
  'http://metadata.google.internal/v1',
  'https://h.example:99999/v1',
  'https://h.example:443/v1',
  'https://h.example/v1/chat/completions',
  'https://h.example/v1/messages/',
  `https://h.example/${'a'.repeat(600)}`,
]

describe('a base address', () => {
  for (const [text, baseUrl, origin] of good)
    test(`${text} is read`, () => expect(readBaseUrl(text)).toMatchObject({ ok: true, baseUrl, origin }))

  for (const text of bad)
    test(`${JSON.stringify(text.slice(0, 60))} is refused`, () =>
      expect(readBaseUrl(text)).toMatchObject({ ok: false }))

  test('the reason names what is wrong with it', () => {
    const said = (text: string) => {
      const read = readBaseUrl(text)
      return read.ok ? '' : read.message
    }
    expect(said('https://user:pass@h.example')).toContain('user name or password')
    expect(said('https://h.example/v1?x=1')).toContain('query')
    expect(said('https://h.example/v1#x')).toContain('fragment')
    expect(said('https://h.example/v1/responses')).toContain("'/responses'")
    expect(said('h.example/v1')).toContain('http:// or https://')
    expect(said('http://169.254.169.254')).toContain('metadata')
  })

  test('a disguise is told in clear', () => {
    expect(readBaseUrl('http://2130706433/v1')).toMatchObject({
      suggestion: "Write 'http://127.0.0.1/v1' if that is what you mean.",
    })
  })

  test('every known provider has a good one', () => {
    for (const { baseUrl, access } of knownProviders)
      if (!access) expect(readBaseUrl(baseUrl)).toMatchObject({ ok: true, baseUrl })
  })
})

test('loopback', () => {
  for (const host of ['localhost', '127.0.0.1', '127.8.9.10', '::1', '[::1]']) expect(isLoopbackHost(host)).toBe(true)
  for (const host of ['0.0.0.0', '::', '128.0.0.1', '127.0.0.1.example', 'localhost.example', '::ffff:127.0.0.1', ''])
    expect(isLoopbackHost(host)).toBe(false)
})
