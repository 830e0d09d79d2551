import { readFileSync } from 'node:fs'

/**
 * Secrets that exist to be looked for. Each test run plants its own; whatever text leaves the process is then scanned
 * for them, as they are and in the disguises secrets travel in.
 */
export interface Canary {
  /** What it stands for, to be named in a finding: `provider key of openai`. */
  readonly name: string
  readonly value: string
}

let planted = 0

/** A secret shaped like a real key, unlike any other of this process. */
export function plantCanary(name: string, prefix = 'sk-'): Canary {
  planted++
  const random = crypto.getRandomValues(new Uint8Array(18))
  return { name, value: `${prefix}canary${planted}-${Buffer.from(random).toString('base64url')}` }
}

/** Where a canary was seen and in which disguise. */
export interface CanaryFinding {
  readonly canary: string
  readonly place: string
  readonly disguise: string
  /** A little of the text around it, with the secret left out. */
  readonly around: string
}

/** Text by the name of where it was found; a record of headers counts as text. */
export type ScannedTexts = Readonly<Record<string, string | Uint8Array | Readonly<Record<string, string>>>>

/** Every place where a canary shows, by value, base64, URL encoding, hex, JSON escapes or reversed. */
export function findCanaries(canaries: readonly Canary[], texts: ScannedTexts): readonly CanaryFinding[] {
  const findings: CanaryFinding[] = []
  for (const [place, content] of Object.entries(texts)) {
    const text = textOf(content)
    for (const canary of canaries) {
      for (const [disguise, needle] of disguisesOf(canary.value)) {
        const at = text.indexOf(needle)
        if (at < 0) continue
        const around = `${text.slice(Math.max(0, at - 40), at)}[${canary.name}]${text.slice(at + needle.length, at + needle.length + 20)}`
        findings.push({ canary: canary.name, place, disguise, around })
      }
    }
  }
  return findings
}

/** Throws when a canary shows in any of the texts, naming every place. */
export function assertNoCanary(canaries: readonly Canary[], texts: ScannedTexts): void {
  const findings = findCanaries(canaries, texts)
  if (findings.length === 0) return
  const lines = findings.map((each) => `${each.canary} in ${each.place} (${each.disguise}): ${each.around}`)
  throw new Error(`secrets leaked:\n${lines.join('\n')}`)
}

/** The same for files on disk, databases included: they are read as bytes. */
export function assertNoCanaryInFiles(canaries: readonly Canary[], paths: readonly string[]): void {
  assertNoCanary(canaries, Object.fromEntries(paths.map((path) => [path, new Uint8Array(readFileSync(path))])))
}

function textOf(content: string | Uint8Array | Readonly<Record<string, string>>): string {
  if (typeof content === 'string') return content
  if (content instanceof Uint8Array) return Buffer.from(content).toString('latin1')
  return Object.entries(content)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
}

/**
 * Base64 depends on where the secret begins in its three-byte group, so all three places are looked for, each without
 * the characters its neighbours have a share in.
 */
function disguisesOf(value: string): readonly (readonly [disguise: string, needle: string])[] {
  const disguises = new Map<string, string>([[value, 'as it is']])
  const add = (needle: string, disguise: string): void => {
    if (!disguises.has(needle)) disguises.set(needle, disguise)
  }
  for (const shift of [0, 1, 2]) {
    const encoded = Buffer.from('\0'.repeat(shift) + value).toString('base64')
    const inner = encoded.slice(shift === 0 ? 0 : 4, Math.floor(((shift + value.length) * 4) / 3 / 4) * 4)
    add(inner, 'base64')
    add(inner.replaceAll('+', '-').replaceAll('/', '_'), 'base64url')
  }
  const bytes = Buffer.from(value)
  add(encodeURIComponent(value), 'url-encoded')
  add(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''), 'percent-encoded')
  add(bytes.toString('hex'), 'hex')
  add(JSON.stringify(value).slice(1, -1), 'json-escaped')
  add([...value].toReversed().join(''), 'reversed')
  return Array.from(disguises, ([needle, disguise]) => [disguise, needle] as const)
}
