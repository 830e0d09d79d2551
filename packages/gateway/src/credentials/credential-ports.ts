import { createHash, createHmac, sign } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { CredentialPorts } from '@sluice/core/providers/auth/credential-ports.ts'
import type { Transport } from '@sluice/core/upstream/transport.ts'

/** Larger files hold no credential. */
const mostBytes = 1024 * 1024

/** The real world for credentials: clocks, files, hashes, and the transport that calls use. */
export function createCredentialPorts(transport: Transport): CredentialPorts {
  return {
    transport,
    nowMs: () => performance.now(),
    unixMs: () => Date.now(),
    readFile: readSmallFile,
    digests: {
      sha256Hex: (data) => createHash('sha256').update(data).digest('hex'),
      hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest(),
      signRs256,
    },
  }
}

async function readSmallFile(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path, 'r')
    const about = await file.stat()
    return about.isFile() && about.size <= mostBytes ? await file.readFile('utf8') : undefined
  } catch {
    return undefined // absent or not ours to read: the caller says which field named it
  }
}

function signRs256(text: string, privateKey: string): Uint8Array | undefined {
  try {
    return sign('RSA-SHA256', Buffer.from(text), privateKey)
  } catch {
    return undefined // no PEM, or no RSA key: the caller says which field it stands in
  }
}
