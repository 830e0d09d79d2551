import { readFile, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Result } from '@sluice/core/ir/failure.ts'
import { readCatalogFile, updateFile } from '../config/load-catalog.ts'
import { prepareDataDirectory } from '../storage/data-directory.ts'
import type { CommandOutcome } from './catalog-show.ts'
import type { ProcessSettings } from './settings.ts'

/** Larger than any catalogue of models. */
const mostBytes = 64 * 1024 * 1024
const deadlineMs = 60_000

/**
 * Takes a catalogue from a file or a URL into the data directory: checked whole and taken whole, or refused. The only
 * time anything is fetched, and only because somebody asked.
 */
export async function updateCatalog(from: string, { dataDir }: ProcessSettings): Promise<CommandOutcome> {
  const source = await readSource(from)
  if (!source.ok) return refuse(`${from}: ${source.failure.message}`)
  const lines = readCatalogFile(from, source.value)
  if (!lines.ok) return refuse(`${from}: ${lines.failure.message} Nothing was changed.`)
  const prepared = prepareDataDirectory(dataDir)
  if (!prepared.ok) return refuse(prepared.message)
  const path = join(dataDir, updateFile)
  const fresh = `${path}.${process.pid}.new`
  await writeFile(fresh, `${lines.value.join('\n')}\n`, { mode: 0o600 })
  await rename(fresh, path)
  const count = lines.value.length === 1 ? '1 model is' : `${lines.value.length} models are`
  const text = `${count} in ${path}. A running gateway takes them up at its next reload (SIGHUP).`
  return { ok: true, text }
}

function refuse(problem: string): CommandOutcome {
  return { ok: false, problems: [problem] }
}

function readSource(from: string): Promise<Result<string>> {
  return /^https?:/i.test(from) ? fetchText(from) : readLocal(resolve(from))
}

async function readLocal(path: string): Promise<Result<string>> {
  try {
    const text = await readFile(path, 'utf8')
    return text.length > mostBytes ? failed(tooLarge) : { ok: true, value: text }
  } catch (error) {
    return failed(`cannot be read (${reasonOf(error)}).`)
  }
}

const tooLarge = 'is larger than 64 MiB, which no catalogue is.'

/** Follows no redirect: what was asked for is what is taken. */
async function fetchText(url: string): Promise<Result<string>> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(deadlineMs) })
    if (response.status !== 200) return failed(`answered ${response.status}, not 200.`)
    return await readLimited(response)
  } catch (error) {
    return failed(`cannot be fetched (${reasonOf(error)}).`)
  }
}

async function readLimited(response: Response): Promise<Result<string>> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > mostBytes) return failed(tooLarge)
  }
  return { ok: true, value: text + decoder.decode() }
}

function failed(message: string): Result<never> {
  return { ok: false, failure: { kind: 'invalid-request', message, retry: 'never' } }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
