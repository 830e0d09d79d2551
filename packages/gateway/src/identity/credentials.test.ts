import { describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { createCredential, displayPrefix } from './create-credential.ts'
import { isCredential } from './credential-shape.ts'
import { createKeyHasher } from './key-hasher.ts'
import { whyWeak } from './secret-strength.ts'

describe('a generated credential', () => {
  test('has its form, and 43 letters and digits of chance', () => {
    for (let round = 0; round < 200; round++) {
      expect(createCredential('virtual-key')).toMatch(/^sl-[0-9A-Za-z]{43}$/)
      expect(createCredential('admin')).toMatch(/^sl-admin-[0-9A-Za-z]{43}$/)
    }
  })

  test('is a credential, and no two are the same', () => {
    const made = Array.from({ length: 500 }, () => createCredential('virtual-key'))
    expect(new Set(made).size).toBe(500)
    expect(made.every(isCredential)).toBe(true)
  })

  test('uses every letter about as often', () => {
    const letters = Array.from({ length: 2000 }, () => createCredential('virtual-key').slice(3)).join('')
    const counts = new Map<string, number>()
    for (const letter of letters) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    const expected = letters.length / 62
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    expect(counts.size).toBe(62)
    // 61 degrees of freedom: above 150 once in 10^9 runs; without the redraw of high bytes it is in the hundreds.
    expect(chiSquare).toBeLessThan(150)
  })

  test('shows six characters of itself', () => {
    expect(displayPrefix('sl-abcdefghijkl')).toBe('sl-abcdef')
  })
})

describe('the keyed hash', () => {
  test('is HMAC-SHA-256 in hex, for any text and pepper, however often it is used', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(fc.string()), (pepper, texts) => {
        const hasher = createKeyHasher(pepper)
        for (const text of [...texts, ...texts])
          expect(hasher(text)).toBe(createHmac('sha256', pepper).update(text).digest('hex'))
      }),
    )
  })
})

describe('a chosen secret', () => {
  const weak = [
    '',
    '   ',
    'short',
    'changeme-changeme',
    'your-api-key-here-please',
    'aaaaaaaaaaaaaaaaaaaaaaaa',
    'abababababababababababab',
    'sk-xxxxxxxxxxxxxxxxxxxx',
    'with a space in the middle',
    'line\nbreak-in-the-middle',
    '<your key goes in here>',
    'example-key-for-the-docs',
    'password12345678',
    'replace-me-with-your-own',
    'kéykéykéykéykéykéy',
    'a1b2'.repeat(200),
  ]
  for (const secret of weak)
    test(`${JSON.stringify(secret.slice(0, 30))} will not do`, () => expect(whyWeak(secret)).toBeString())

  test('of chance will do, and the reason never holds a weak one', () => {
    for (let round = 0; round < 500; round++) expect(whyWeak(createCredential('virtual-key').slice(3))).toBeUndefined()
    for (const secret of weak.filter((each) => each.trim().length > 2)) expect(whyWeak(secret)).not.toContain(secret)
  })

  test('has the length asked for', () => {
    expect(whyWeak('f8a7c1e9b2d34056')).toBeUndefined()
    expect(whyWeak('f8a7c1e9b2d34056', 32)).toBe('it has 16 characters; the least is 32')
  })
})
