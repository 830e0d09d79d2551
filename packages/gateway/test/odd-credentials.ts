import { createRandom, pickInteger } from '@sluice/testkit/random.ts'
import { testKey } from './start-test-gateway.ts'

/** What attackers and broken clients send for a key. `\xNN` is one byte. */
const written: readonly string[] = [
  '',
  ' ',
  '0',
  'null',
  'undefined',
  'true',
  'NaN',
  '[]',
  '{}',
  '[object Object]',
  "' OR '1'='1",
  "' OR 1=1 --",
  "'; DROP TABLE keys; --",
  "' UNION SELECT digest FROM virtual_keys --",
  '" OR ""="',
  "admin'--",
  "1' AND SLEEP(5)#",
  "sl-' || (SELECT digest FROM virtual_keys LIMIT 1) || '",
  '%27%20OR%201%3D1',
  '$ne',
  '{"$gt":""}',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  '..%2f..%2fdata%2fpepper',
  'file:///etc/passwd',
  '%00',
  '%0d%0aX-Injected: 1',
  '%s%n%x',
  '%p%p%p%p',
  '${jndi:ldap://127.0.0.1/a}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '<!--#exec cmd="id"-->',
  '`id`',
  '$(id)',
  '|id',
  '\x80\x81\xfe\xff',
  '\xc0\xae\xc0\xae/',
  '\xef\xbb\xbfsl-x',
  '\xe2\x80\x8b',
  '\xf0\x9f\x92\xa9',
  'Bearer',
  'Bearer Bearer',
  'Basic YWRtaW46YWRtaW4=',
  'sk-ant-api03-0123456789abcdef',
  'sl-',
  'sl-admin-',
  'sl-admin-0123456789abcdef0123456789abcdef',
  'a,b',
  'a, b',
  ', ',
  '=',
  '"',
  "'",
  '\\',
  ';',
  '&key=x',
  '#',
]

/** The key of the tests, not quite. */
const nearly: readonly string[] = [
  testKey.slice(0, -1),
  `${testKey}x`,
  `x${testKey}`,
  testKey.toUpperCase(),
  testKey.toLowerCase(),
  testKey.replace('-', '_'),
  testKey.replace('-', '\xe2\x80\x90'),
  `${testKey}\xe2\x80\x8b`,
  `\xef\xbb\xbf${testKey}`,
  `${testKey}%00`,
  `${testKey}=`,
  `"${testKey}"`,
  `${testKey};`,
  `${testKey},`,
  `${testKey}, ${testKey}`,
  encodeURIComponent(testKey).replace('-', '%2D'),
  Buffer.from(testKey).toString('base64'),
  [...testKey].toReversed().join(''),
  new Bun.CryptoHasher('sha256').update(testKey).digest('hex'),
]

const lengths = [1, 15, 16, 20, 43, 44, 64, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 4000]

/** 500 texts that are nobody's key, the same on every machine. None holds a byte a header cannot carry. */
export function oddCredentials(): readonly string[] {
  const random = createRandom(1)
  const odd = [...written, ...nearly, ...lengths.map((length) => 'k'.repeat(length))]
  while (odd.length < 500) {
    const length = pickInteger(random, 1, 300)
    const least = odd.length % 2 === 0 ? 33 : 128
    const most = odd.length % 2 === 0 ? 126 : 255
    odd.push(Array.from({ length }, () => String.fromCharCode(pickInteger(random, least, most))).join(''))
  }
  return odd
}
