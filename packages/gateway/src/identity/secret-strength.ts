/** The shortest key anybody may choose; generated keys are longer. Attack case A12. */
export const leastSecretLength = 16

/** What no person picks as a secret but many leave standing: words from examples and documentation. */
const placeholderWords =
  /change[-_ ]?(?:me|this)|replace[-_ ]?(?:me|this|with)|your[-_ ]?(?:api|secret|own|key|token|master)|placeholder|example|insert[-_ ]?|password|passw0rd|secret[-_]?key|api[-_]?key[-_]?here|dummy|xxxxx|redacted|<[^>]*>|1234567890|abcdefgh|qwerty|letmein|undefined|sample/i

/**
 * Why a secret is too weak to stand in front of other people's money, or undefined when it will do. The sentence never
 * holds the secret. `least` is its shortest length.
 */
export function whyWeak(secret: string, least: number = leastSecretLength): string | undefined {
  if (secret.trim() === '') return 'it is empty'
  if (secret.length < least) return `it has ${secret.length} characters; the least is ${least}`
  if (secret.length > 512) return 'it has more than 512 characters'
  if (!/^[\x21-\x7e]+$/.test(secret)) return 'it holds a space, a line break or a character outside ASCII'
  if (placeholderWords.test(secret)) return 'it looks like a placeholder from an example'
  if (new Set(secret).size < 6) return 'it repeats a few characters'
  return undefined
}
