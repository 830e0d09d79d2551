/** A virtual key as it is kept: everything but the key. */
export interface StoredKey {
  /** `key_` and random letters; on log lines and in the dashboard. */
  readonly id: string
  /** Unique, for people. */
  readonly name: string
  /** The hex keyed hash of the credential. */
  readonly digest: string
  /** `sl-` and the first six characters after it, to tell keys apart. */
  readonly prefix: string
  /** Milliseconds since 1970. */
  readonly createdAtMs: number
  /** Model names this key may use; undefined means all. */
  readonly models: readonly string[] | undefined
  /** Names of providers its calls may go to; undefined means all. */
  readonly providers: readonly string[] | undefined
  /** Providers it may reach by pass-through: every one it may use, or these; undefined means none. */
  readonly passThrough: true | readonly string[] | undefined
  readonly isDisabled: boolean
}

/** Where keys live. A port: SQLite today, PostgreSQL beside it later. */
export interface KeyStore {
  /** Every virtual key, oldest first, disabled ones too. */
  list(): Promise<readonly StoredKey[]>
  /** Answers `name-taken`, and stores nothing, when another key has this name. */
  insert(key: StoredKey): Promise<'inserted' | 'name-taken'>
  /** The keyed hash of the generated admin key, if one was ever made. */
  readAdminDigest(): Promise<string | undefined>
  /** Answers `exists`, and stores nothing, when there is one already. */
  insertAdminDigest(digest: string): Promise<'inserted' | 'exists'>
  /**
   * A keyed hash of a fixed text, made when the store was: shows whether the pepper of today is the one that all digests
   * in here were made with.
   */
  readPepperCheck(): Promise<string | undefined>
  /** Stores nothing when there is one already. */
  insertPepperCheck(digest: string): Promise<void>
  /** A number that differs from the last one seen whenever another process has changed the store. */
  version(): Promise<number>
  close(): void
}
