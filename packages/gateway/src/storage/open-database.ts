import { Database } from 'bun:sqlite'
import { prepareDatabaseFile, prepareDataDirectory } from './data-directory.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations.ts'

/** An open database with today's schema, to be closed by whoever asked; or why there is none, for the operator. */
export type OpenResult =
  | { readonly ok: true; readonly database: Database }
  | { readonly ok: false; readonly message: string }

/** Opens `sluice.db` in the data directory, making both when absent. */
export function openDatabase(dataDir: string): OpenResult {
  const directory = prepareDataDirectory(dataDir)
  if (!directory.ok) return directory
  const file = prepareDatabaseFile(dataDir)
  if (!file.ok) return file
  const database = new Database(file.path, { create: true, strict: true })
  try {
    configure(database)
    const migrated = migrate(database, migrations)
    if (migrated.ok) return { ok: true, database }
    database.close()
    return migrated
  } catch (error) {
    database.close()
    const reason = error instanceof Error ? error.message : String(error)
    return { ok: false, message: `The database ${file.path} cannot be used: ${reason}.` }
  }
}

/**
 * WAL lets one writer and many readers work at once; FULL makes a commit durable before it is acknowledged; the timeout
 * is how long a second process waits for the first.
 */
function configure(database: Database): void {
  database.run('pragma busy_timeout = 5000')
  database.run('pragma journal_mode = wal')
  database.run('pragma synchronous = full')
  database.run('pragma foreign_keys = on')
  database.run('pragma trusted_schema = off')
}
