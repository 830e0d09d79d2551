import { type FileHandle, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { LogDisk } from '@sluice/core/budgets/write-ahead-log.ts'

/** A log's disk on a real file, for its owner alone; to be closed by whoever made it. */
export interface FileLogDisk extends LogDisk {
  close(): Promise<void>
}

/**
 * Keeps a replica's log in this file, whose directory must exist. `tell` hears why a call failed. One process at a time:
 * of two, the older one is fenced off by the store.
 */
export function createFileLogDisk(path: string, tell: (why: string) => void): FileLogDisk {
  let file: FileHandle | undefined
  const attempt = async <T>(run: () => Promise<T>, failed: T): Promise<T> => {
    try {
      return await run()
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error))
      return failed
    }
  }
  const letGo = async (): Promise<void> => {
    const old = file
    file = undefined
    await old?.close()
  }
  return {
    read: () => attempt(() => readLog(path), undefined),
    append: (bytes) =>
      attempt(async () => {
        if (!file) {
          file = await open(path, 'a', 0o600)
          // The file may be new, and a name that is lost loses what is in it.
          await syncDirectory(path)
        }
        await file.appendFile(bytes)
        await file.datasync()
        return true
      }, false),
    replace: (bytes) =>
      attempt(async () => {
        await letGo()
        await replaceFile(path, bytes)
        return true
      }, false),
    close: () => attempt(letGo, undefined),
  }
}

async function readLog(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Uint8Array()
    throw error
  }
}

/** Until the rename the old log is untouched; from then on the new one is complete and durable. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.new`
  const file = await open(beside, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  const written = await readFile(beside)
  if (Buffer.compare(written, bytes) !== 0) throw new Error(`${beside} does not hold what was written to it`)
  await rename(beside, path)
  await syncDirectory(path)
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(dirname(path), 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
