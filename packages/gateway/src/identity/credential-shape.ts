import { leastSecretLength } from './secret-strength.ts'

/** Longer credentials are refused before anything is computed from them. */
export const mostCredentialLength = 512

/** Visible ASCII without a comma, which is how two headers of one name arrive joined. */
const characters = /^[\x21-\x2b\x2d-\x7e]+$/

/** Whether a text may be anybody's key at all: the length and the characters a key has. */
export function isCredential(text: string): boolean {
  return text.length >= leastSecretLength && text.length <= mostCredentialLength && characters.test(text)
}
