/** One step of the schema, applied once and never changed afterwards. */
export interface Migration {
  /** 1, 2, 3 ... without gaps. */
  readonly version: number
  readonly name: string
  readonly statements: readonly string[]
}

/** Every step, in order. Add at the end; never edit one that has been released. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'virtual keys and the admin key',
    statements: [
      `create table virtual_key (
        id text primary key,
        name text not null unique,
        digest text not null unique check (length(digest) = 64),
        prefix text not null,
        created_at_ms integer not null,
        models text check (models is null or json_valid(models)),
        is_disabled integer not null default 0 check (is_disabled in (0, 1))
      ) strict`,
      `create table admin_key (
        id integer primary key check (id = 1),
        digest text not null check (length(digest) = 64)
      ) strict`,
      `create table pepper_check (
        id integer primary key check (id = 1),
        digest text not null check (length(digest) = 64)
      ) strict`,
    ],
  },
  {
    version: 2,
    name: 'providers of a virtual key, and pass-through',
    statements: [
      'alter table virtual_key add column providers text check (providers is null or json_valid(providers))',
      'alter table virtual_key add column pass_through text check (pass_through is null or json_valid(pass_through))',
    ],
  },
]
