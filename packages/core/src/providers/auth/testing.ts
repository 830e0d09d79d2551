/** What the tests of this folder share. */
import { createHash, createHmac, sign } from 'node:crypto'
import type { Digests } from './credential-ports.ts'

/** Node's hashes. */
export const nodeDigests: Digests = {
  sha256Hex: (data) => createHash('sha256').update(data).digest('hex'),
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest(),
  signRs256: (text, privateKey) => sign('RSA-SHA256', Buffer.from(text), privateKey),
}
