import { createHash, createHmac } from 'node:crypto'
import type { ReceivedCall } from '@sluice/testkit/journal.ts'

/** What the service knows of a key. */
export interface KnownKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** What a signature says about itself. */
export interface CheckedSignature {
  readonly isGood: boolean
  readonly region: string
  readonly service: string
  /** Seconds between the signature's time and this machine's clock; positive when it is in the future. */
  readonly aheadSeconds: number
  readonly signedHeaders: readonly string[]
}

/**
 * Checks a request as the service does: from what came over the wire alone, by the rules of
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, sharing nothing with the
 * code that signs.
 */
export function checkSignature(call: ReceivedCall, key: KnownKey): CheckedSignature {
  const read =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      call.headers['authorization'] ?? '',
    )
  if (!read) throw new Error(`no signature: ${call.headers['authorization']}`)
  const [, id, day = '', region = '', service = '', names = '', signature] = read
  const stamp = call.headers['x-amz-date'] ?? ''
  const canonical = [
    call.method,
    call.path.split('/').map(escape3986).join('/'),
    [...call.query]
      .map(([name, value]) => `${escape3986(name)}=${escape3986(value)}`)
      .sort()
      .join('&'),
    ...names.split(';').map((name) => `${name}:${(call.headers[name] ?? '').trim()}`),
    '',
    names,
    sha256(call.body),
  ].join('\n')
  const text = ['AWS4-HMAC-SHA256', stamp, `${day}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n')
  const signingKey = [day, region, service, 'aws4_request'].reduce<Buffer>(
    (secret, step) => createHmac('sha256', secret).update(step).digest(),
    Buffer.from(`AWS4${key.secretAccessKey}`),
  )
  const expected = createHmac('sha256', signingKey).update(text).digest('hex')
  const iso = stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  return {
    isGood:
      id === key.accessKeyId &&
      signature === expected &&
      stamp.startsWith(day) &&
      call.headers['x-amz-security-token'] === key.sessionToken &&
      names.split(';').includes('host'),
    region,
    service,
    aheadSeconds: (Date.parse(iso) - Date.now()) / 1000,
    signedHeaders: names.split(';'),
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function escape3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)
}
