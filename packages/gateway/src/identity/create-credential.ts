/** Who a generated credential is for: a caller of models, or the operator. */
export type CredentialKind = 'virtual-key' | 'admin'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 43 of 62 letters: 256 bits. */
const randomLength = 43
/** The largest multiple of 62 that fits a byte; bytes from here on are drawn again, so no letter comes up more often. */
const fairBytes = 248

/** A fresh credential: `sl-` or `sl-admin-` and 43 random letters and digits. Shown to its owner once, never stored. */
export function createCredential(kind: CredentialKind): string {
  const head = kind === 'admin' ? 'sl-admin-' : 'sl-'
  return head + randomLetters(randomLength)
}

/** What of a credential may be stored and shown, so that people tell their keys apart: `sl-` and six characters. */
export function displayPrefix(credential: string): string {
  return credential.slice(0, 'sl-'.length + 6)
}

function randomLetters(count: number): string {
  let letters = ''
  while (letters.length < count) {
    for (const byte of crypto.getRandomValues(new Uint8Array(64))) {
      if (byte < fairBytes && letters.length < count) letters += alphabet.charAt(byte % alphabet.length)
    }
  }
  return letters
}
