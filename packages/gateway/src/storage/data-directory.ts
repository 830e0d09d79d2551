import { chmodSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A directory or file made ready, or why it could not be, for the operator to read. */
export type Prepared = { readonly ok: true; readonly path: string } | { readonly ok: false; readonly message: string }

/**
 * Makes the data directory, for its owner alone. One that exists is left as it is (a mounted volume belongs to whoever
 * mounted it) unless anybody may write in it: then anybody could put a database of their own there.
 */
export function prepareDataDirectory(path: string): Prepared {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const stats = statSync(path)
    if (!stats.isDirectory()) return no(`${path} is no directory.`)
    if ((stats.mode & 0o002) !== 0) return no(`Anybody on this machine may write in ${path}. Run: chmod 700 ${path}`)
    return { ok: true, path }
  } catch (error) {
    return no(`The data directory ${path} cannot be made: ${reason(error)}. Choose another with --data-dir.`)
  }
}

/**
 * Makes a database's file for its owner alone before SQLite opens it; SQLite gives the `-wal` and `-shm` beside it the
 * same mode. A file that others may read is closed to them.
 */
export function prepareDatabaseFile(dataDir: string, name = 'sluice.db'): Prepared {
  const path = join(dataDir, name)
  try {
    closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600))
    for (const each of [path, `${path}-wal`, `${path}-shm`]) {
      const stats = statSync(each, { throwIfNoEntry: false })
      if (stats && (stats.mode & 0o077) !== 0) chmodSync(each, 0o600)
    }
    return { ok: true, path }
  } catch (error) {
    return no(`The database ${path} cannot be written: ${reason(error)}.`)
  }
}

function reason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}

function no(message: string): Prepared {
  return { ok: false, message }
}
