import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { assertNoCanary, findCanaries, plantCanary } from './canary.ts'

const canary = plantCanary('provider key')

test('a canary is found as it is and in every disguise', () => {
  const { value } = canary
  const disguises: Record<string, string> = {
    plain: `{"key":"${value}"}`,
    basic: `Basic ${Buffer.from(`user:${value}`).toString('base64')}`,
    url: `https://x/?key=${encodeURIComponent(value)}`,
    hex: Buffer.from(value).toString('hex'),
  }
  const places = findCanaries([canary], disguises).map(({ place }) => place)
  expect(new Set(places)).toEqual(new Set(Object.keys(disguises)))
})

test('base64 is found wherever the secret begins and whatever follows', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const text = Buffer.from(before + canary.value + after).toString('base64url')
      expect(findCanaries([canary], { text }).length).toBeGreaterThan(0)
    }),
  )
})

test('text without a canary passes, headers and bytes included', () => {
  const other = plantCanary('another')
  const texts = { log: 'nothing here', headers: { authorization: `Bearer ${other.value}` }, bytes: new Uint8Array(9) }
  expect(() => assertNoCanary([canary], texts)).not.toThrow()
})

test('a finding names the secret and the place, and does not repeat the value', () => {
  const leak = (): void => assertNoCanary([canary], { headers: { 'x-debug': canary.value } })
  expect(leak).toThrow('provider key in headers (as it is)')
  expect(findCanaries([canary], { log: canary.value })[0]?.around).not.toContain(canary.value)
})

test('no two canaries are the same', () => {
  expect(plantCanary('a').value).not.toBe(plantCanary('a').value)
})
