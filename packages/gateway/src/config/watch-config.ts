import { type FSWatcher, statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { KeyStore } from '../identity/key-store.ts'
import type { Reloader } from './reload.ts'

export interface WatchOptions {
  /** The path of the configuration file; it need not exist yet. */
  readonly path: string
  readonly reloader: Reloader
  /** Watched for keys that another process adds or disables. */
  readonly store: Pick<KeyStore, 'version'>
  /** How long a file must rest before it is read: editors write in several steps. 150 unless told. */
  readonly restMs?: number
  /** How often to look, where the system tells of no change (network drives, mounted volumes). 2,000 unless told. */
  readonly pollMs?: number
  /** False leaves polling alone to it. */
  readonly isWatched?: boolean
}

export interface ConfigWatch {
  /** Stops watching; a reload under way still ends. */
  stop(): void
}

/**
 * Reloads on SIGHUP, when the file changes, and when keys change in the store. The directory is watched, not the file:
 * editors save by renaming another file over it, and a watch on the file would follow the old one away. Polling stands
 * behind it, and bounds how long a disabled key still works.
 */
export function watchConfig(options: WatchOptions): ConfigWatch {
  const { path, reloader, store, restMs = 150, pollMs = 2000, isWatched = true } = options
  let rest: ReturnType<typeof setTimeout> | undefined
  let seenFile = fingerprint(path)
  let seenKeys: number | undefined

  const onSignal = () => void reloader.reload('signal')

  function onFileEvent(): void {
    clearTimeout(rest)
    rest = setTimeout(readRested, restMs)
  }

  /** The file has rested; when it has changed since it was last read, read it. */
  function readRested(): void {
    rest = undefined
    const now = fingerprint(path)
    if (now === seenFile) return
    seenFile = now
    void reloader.reload('file')
  }

  async function poll(): Promise<void> {
    if (rest === undefined && fingerprint(path) !== seenFile) onFileEvent()
    const version = await store.version()
    const isChanged = seenKeys !== undefined && version !== seenKeys
    seenKeys = version
    if (isChanged) await reloader.reload('keys')
  }

  const poller = createPoller(poll, pollMs)
  const watcher = isWatched ? watchDirectory(path, onFileEvent) : undefined
  process.on('SIGHUP', onSignal)
  return {
    stop() {
      process.off('SIGHUP', onSignal)
      clearTimeout(rest)
      poller.stop()
      watcher?.close()
    },
  }
}

/** Runs `poll` at once and then again and again, `pollMs` after the last one ended. Never keeps the process alive. */
function createPoller(poll: () => Promise<void>, pollMs: number): ConfigWatch {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isStopped = false

  async function run(): Promise<void> {
    try {
      await poll()
    } catch {
      // The store was busy, or has just been closed: the next round will tell.
    }
    if (isStopped) return
    timer = setTimeout(() => void run(), pollMs)
    timer.unref()
  }

  void run()
  return {
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

/** What tells two states of a file apart without reading it; '' when there is none. Follows links, as mounts use them. */
function fingerprint(path: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path)
    return `${ino}:${size}:${mtimeMs}:${ctimeMs}`
  } catch {
    return ''
  }
}

/** Undefined where the system cannot watch this directory: then polling alone has to do. */
function watchDirectory(path: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const name = basename(path)
    // Some systems do not tell which file it was.
    const watcher = watch(dirname(path), (_, file) => (file === null || file === name ? onEvent() : undefined))
    watcher.on('error', () => watcher.close())
    watcher.unref()
    return watcher
  } catch {
    return undefined
  }
}
