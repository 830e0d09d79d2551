import { randomBytes } from 'node:crypto'
import { closeSync, constants, fsyncSync, linkSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { whyWeak } from './secret-strength.ts'

/** The shortest pepper: it is the only thing between a stolen database and a search for weak keys. */
export const leastPepperLength = 32

/** The pepper and where it came from, or the reason there is none, for the operator to read. */
export type PepperResult =
  | { readonly ok: true; readonly pepper: string; readonly from: 'setting' | 'file' | 'generated' }
  | { readonly ok: false; readonly message: string }

export interface PepperOptions {
  /** The setting SLUICE_SECRET_KEY, when it was given: then no file is looked at. */
  readonly secretKey: { reveal(): string } | undefined
  readonly dataDir: string
  /** False when digests made with an earlier pepper exist already: a new one would lock every key out. */
  readonly mayGenerate: boolean
}

/** The pepper of all keyed hashes: from the setting, else from `secret.key` in the data directory, made when absent. */
export function readPepper({ secretKey, dataDir, mayGenerate }: PepperOptions): PepperResult {
  if (secretKey) return checkPepper(secretKey.reveal(), 'SLUICE_SECRET_KEY', 'setting')
  const path = join(dataDir, 'secret.key')
  try {
    return readSecretFile(path) ?? (mayGenerate ? generate(path) : reportLost(path))
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    return no(`${path} cannot be read or made (${reason}).`, 'Look at the owner and mode of the data directory.')
  }
}

function reportLost(path: string): PepperResult {
  return no(
    `${path} is missing, and the stored keys can only be checked with it.`,
    'Put it back (or set SLUICE_SECRET_KEY to what it held); to begin anew, move the data directory away.',
  )
}

function readSecretFile(path: string): PepperResult | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return undefined
  if (!stats.isFile()) return no(`${path} is no file.`, 'Move it away.')
  const mode = (stats.mode & 0o777).toString(8).padStart(3, '0')
  if ((stats.mode & 0o077) !== 0) return no(`${path} can be read by others (mode ${mode}).`, `Run: chmod 600 ${path}`)
  if (stats.size > 4096) return no(`${path} is too large for a key.`, 'Put the right file back.')
  return checkPepper(readFileSync(path, 'utf8').trim(), path, 'file')
}

function checkPepper(pepper: string, where: string, from: 'setting' | 'file'): PepperResult {
  const weakness = whyWeak(pepper, leastPepperLength)
  return weakness === undefined
    ? { ok: true, pepper, from }
    : no(`The secret key in ${where} will not do: ${weakness}.`, 'Make one with: openssl rand -hex 32')
}

/**
 * Written beside and then linked into place: `link` fails when the name exists, so of two processes that start at once
 * one wins and the other reads the winner's whole file, and a crash leaves no half a key.
 */
function generate(path: string): PepperResult {
  const pepper = randomBytes(32).toString('hex')
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    writeSync(file, `${pepper}\n`)
    fsyncSync(file)
    linkSync(draft, path)
    return { ok: true, pepper, from: 'generated' }
  } catch (error) {
    const other = isExisting(error) ? readSecretFile(path) : undefined
    if (other) return other
    throw error
  } finally {
    closeSync(file)
    rmSync(draft, { force: true })
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

function no(message: string, advice: string): PepperResult {
  return { ok: false, message: `${message} ${advice}` }
}
