import { createKeyHasher, type KeyHasher } from '../identity/key-hasher.ts'
import type { KeyStore } from '../identity/key-store.ts'
import { readPepper } from '../identity/pepper.ts'
import { openDatabase } from '../storage/open-database.ts'
import { createSqliteKeyStore } from '../storage/sqlite-key-store.ts'
import type { ProcessSettings } from './settings.ts'

/** What lives in the data directory, opened. Whoever opened it closes `store`. */
export interface Home {
  readonly store: KeyStore
  readonly hasher: KeyHasher
}

/** An open home, or why there is none, for the operator to read. */
export type HomeResult = { readonly ok: true; readonly home: Home } | { readonly ok: false; readonly message: string }

/** Any fixed text will do: what it hashes to shows which pepper was used, and nothing else. */
const checkText = 'sluice pepper check'

/**
 * Opens the store and the pepper, making both on the first start. Refuses a pepper other than the one the stored keys
 * were hashed with: every key would be unknown, and nobody would know why.
 */
export async function openHome({ dataDir, secretKey }: ProcessSettings): Promise<HomeResult> {
  const opened = openDatabase(dataDir)
  if (!opened.ok) return opened
  const store = createSqliteKeyStore(opened.database)
  const result = await unlock(store, { dataDir, secretKey })
  if (!result.ok) store.close()
  return result
}

async function unlock(
  store: KeyStore,
  { dataDir, secretKey }: Pick<ProcessSettings, 'dataDir' | 'secretKey'>,
): Promise<HomeResult> {
  const known = await store.readPepperCheck()
  const pepper = readPepper({ dataDir, secretKey, mayGenerate: known === undefined })
  if (!pepper.ok) return pepper
  const hasher = createKeyHasher(pepper.pepper)
  const check = hasher(checkText)
  if (known === undefined) await store.insertPepperCheck(check)
  // Two first starts at once write one check; the one that came second must agree with it.
  if ((await store.readPepperCheck()) === check) return { ok: true, home: { store, hasher } }
  const source = pepper.from === 'setting' ? 'SLUICE_SECRET_KEY' : `secret.key in ${dataDir}`
  const message = `The keys in ${dataDir} were stored under another secret than that in ${source}, so none of them could be recognised. Give the earlier secret back; to begin anew, move the data directory away.`
  return { ok: false, message }
}
