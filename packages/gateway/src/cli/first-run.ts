import type { Secret } from '@sluice/core/providers/secret.ts'
import { createCredential, displayPrefix } from '../identity/create-credential.ts'
import type { StoredKey } from '../identity/key-store.ts'
import type { Home } from './home.ts'

/** A credential just made: the text goes to its owner once, the rest is what may be kept. */
export interface FreshKey {
  readonly credential: string
  readonly stored: StoredKey
}

/** The keys this process begins with. */
export interface FirstKeys {
  /** The keyed hash of the admin key in force. */
  readonly adminDigest: string
  /** The admin key, when it was made just now. */
  readonly freshAdminKey: string | undefined
  /** The first virtual key, when it was made just now. */
  readonly freshKey: FreshKey | undefined
  /** Every virtual key in the store, and the fresh one. */
  readonly storedKeys: readonly StoredKey[]
  /**
   * Stores what is fresh. Called when the server listens and just before the keys are printed: a start that fails on a
   * port in use must not leave keys behind that nobody ever saw. Answers why not, when another process was first: then
   * the fresh keys are worthless and must not be printed.
   */
  store(): Promise<{ readonly ok: true } | { readonly ok: false; readonly message: string }>
}

export interface FirstKeysOptions {
  /** The admin key from the settings; it is never stored. */
  readonly adminKey: Secret | undefined
  /** True when the configuration has keys of its own: then no other is made unasked. */
  readonly hasConfiguredKeys: boolean
  readonly nowMs: number
}

/** The name of the virtual key made on the first start. */
export const firstKeyName = 'first'

/** Finds the keys of earlier starts and makes those that are missing; nothing is stored yet. */
export async function prepareFirstKeys(home: Home, options: FirstKeysOptions): Promise<FirstKeys> {
  const { store, hasher } = home
  const { adminKey, hasConfiguredKeys, nowMs } = options
  const stored = await store.list()
  const knownDigest = adminKey ? hasher(adminKey.reveal()) : await store.readAdminDigest()
  const freshAdminKey = knownDigest === undefined ? createCredential('admin') : undefined
  const isFirst = stored.length === 0 && !hasConfiguredKeys
  const freshKey = isFirst ? createKey(home, firstKeyName, nowMs) : undefined
  return {
    adminDigest: knownDigest ?? hasher(freshAdminKey ?? ''),
    freshAdminKey,
    freshKey,
    storedKeys: freshKey ? [...stored, freshKey.stored] : stored,
    async store() {
      const isAdminKept =
        freshAdminKey === undefined || (await store.insertAdminDigest(hasher(freshAdminKey))) === 'inserted'
      const isKeyKept = !freshKey || (await store.insert(freshKey.stored)) === 'inserted'
      return isAdminKept && isKeyKept ? { ok: true } : { ok: false, message: raceMessage }
    },
  }
}

const raceMessage = 'Another process made the first keys in this data directory at the same moment. Start again.'

/** The answer to `--new-key`: the credential, to be printed once, or a sentence saying why there is none. */
export type NewKeyResult =
  | { readonly ok: true; readonly credential: string }
  | { readonly ok: false; readonly message: string }

/** Makes and stores a virtual key for all models. A running process takes it up within two seconds. */
export async function createNamedKey(home: Home, name: string, nowMs: number): Promise<NewKeyResult> {
  const { credential, stored } = createKey(home, name, nowMs)
  const outcome = await home.store.insert(stored)
  if (outcome === 'inserted') return { ok: true, credential }
  return { ok: false, message: `There is a key named '${name}' already. Choose another name.` }
}

function createKey({ hasher }: Home, name: string, nowMs: number): FreshKey {
  const credential = createCredential('virtual-key')
  const stored: StoredKey = {
    id: `key_${createCredential('virtual-key').slice('sl-'.length, 'sl-'.length + 16)}`,
    name,
    digest: hasher(credential),
    prefix: displayPrefix(credential),
    createdAtMs: nowMs,
    models: undefined,
    providers: undefined,
    passThrough: undefined,
    isDisabled: false,
  }
  return { credential, stored }
}
