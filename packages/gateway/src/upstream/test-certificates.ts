import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A key and its certificate, both PEM. */
export interface TestIdentity {
  readonly key: string
  readonly cert: string
}

interface Issuer {
  readonly name: string
  readonly key: KeyObject
}

export interface CertificateOptions {
  /** The names and IPv4 addresses it is good for. */
  readonly hosts: readonly string[]
  readonly notBefore?: Date
  readonly notAfter?: Date
}

/** A certificate authority that exists only in the test that makes it. */
export interface TestAuthority {
  readonly cert: string
  issue(options: CertificateOptions): TestIdentity
}

/** Makes X.509 certificates with nothing but `node:crypto`, so that no private key lies in the repository. */
export function createAuthority(name: string): TestAuthority {
  const { publicKey, privateKey } = newKeys()
  const issuer: Issuer = { name, key: privateKey }
  return {
    cert: certificate({ subject: name, publicKey, issuer, extensions: [isAuthority] }, {}),
    issue: (options) => issue(issuer, options),
  }
}

/** A certificate signed with its own key. */
export function createSelfSigned(options: CertificateOptions): TestIdentity {
  const { publicKey, privateKey } = newKeys()
  const issuer: Issuer = { name: 'itself', key: privateKey }
  const body = { subject: 'itself', publicKey, issuer, extensions: [alternativeNames(options.hosts)] }
  return { key: pemOf(privateKey), cert: certificate(body, options) }
}

function issue(issuer: Issuer, options: CertificateOptions): TestIdentity {
  const { publicKey, privateKey } = newKeys()
  const body = { subject: 'a server', publicKey, issuer, extensions: [alternativeNames(options.hosts)] }
  return { key: pemOf(privateKey), cert: certificate(body, options) }
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

interface CertificateBody {
  readonly subject: string
  readonly publicKey: KeyObject
  readonly issuer: Issuer
  readonly extensions: readonly Buffer[]
}

const dayMs = 24 * 3600 * 1000

/** RFC 5280 section 4.1, with the fields that have to be there. */
function certificate(body: CertificateBody, validity: Partial<CertificateOptions>): string {
  const { notBefore = new Date(Date.now() - dayMs), notAfter = new Date(Date.now() + dayMs) } = validity
  const unsigned = sequence(
    tagged(0xa0, integer(2)),
    integer(Math.floor(Math.random() * 2 ** 30) + 1),
    ecdsaWithSha256,
    commonName(body.issuer.name),
    sequence(time(notBefore), time(notAfter)),
    commonName(body.subject),
    body.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...body.extensions)),
  )
  const signature = sign('sha256', unsigned, body.issuer.key)
  const der = sequence(unsigned, ecdsaWithSha256, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts))
}

function integer(value: number): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return tagged(0x02, (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)
}

function objectId(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'))
}

/** UTCTime: two digits of a year up to 2049. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)
  return tagged(0x17, Buffer.from(`${digits}Z`))
}

function commonName(name: string): Buffer {
  return sequence(tagged(0x31, sequence(objectId('550403'), tagged(0x0c, Buffer.from(name)))))
}

/** 1.2.840.10045.4.3.2 */
const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'))

/** basicConstraints: critical, cA TRUE. */
const isAuthority = sequence(
  objectId('551d13'),
  tagged(0x01, Buffer.from([255])),
  tagged(0x04, sequence(tagged(0x01, Buffer.from([255])))),
)

function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    /^[\d.]+$/.test(host) ? tagged(0x87, Buffer.from(host.split('.').map(Number))) : tagged(0x82, Buffer.from(host)),
  )
  return sequence(objectId('551d11'), tagged(0x04, sequence(...names)))
}
