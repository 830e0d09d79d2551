import type { Database } from 'bun:sqlite'
import type { Migration } from './migrations.ts'

/** The schema is as this program knows it, or was made by a newer one and is left untouched. */
export type MigrateResult =
  | { readonly ok: true; readonly applied: readonly number[] }
  | { readonly ok: false; readonly message: string }

/**
 * Brings the schema forward, each step in a transaction of its own together with its line in `schema_version`: a crash
 * leaves a step done or not begun. Of two processes that start at once the second waits, and then finds it done.
 */
export function migrate(database: Database, migrations: readonly Migration[]): MigrateResult {
  database.run(
    'create table if not exists schema_version (version integer primary key, name text not null, applied_at text not null) strict',
  )
  const newest = migrations.at(-1)?.version ?? 0
  const found = readVersion(database)
  if (found > newest)
    return {
      ok: false,
      message: `The database was made by a newer Sluice (schema ${found}; this one knows ${newest}). Run that one, or use another data directory.`,
    }
  const applied: number[] = []
  for (const migration of migrations) if (applyOnce(database, migration)) applied.push(migration.version)
  return { ok: true, applied }
}

function applyOnce(database: Database, { version, name, statements }: Migration): boolean {
  const apply = database.transaction(() => {
    // Read again inside: another process may have been here since.
    if (readVersion(database) >= version) return false
    for (const statement of statements) database.run(statement)
    database.run("insert into schema_version (version, name, applied_at) values (?, ?, datetime('now'))", [
      version,
      name,
    ])
    return true
  })
  return apply.immediate()
}

function readVersion(database: Database): number {
  const row = database.query('select coalesce(max(version), 0) as version from schema_version').get()
  return typeof row === 'object' && row !== null && 'version' in row ? Number(row.version) : 0
}
