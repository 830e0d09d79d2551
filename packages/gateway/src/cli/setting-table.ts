/** One setting: an environment variable and a flag for the same thing. */
export interface SettingRow {
  readonly id: SettingId
  readonly variable: string
  readonly flag: string
  /** What stands after the flag, for the help. */
  readonly takes: string
  readonly help: string
}

export type SettingId =
  | 'host'
  | 'port'
  | 'dataDir'
  | 'config'
  | 'databaseUrl'
  | 'adminKey'
  | 'secretKey'
  | 'drainSeconds'

/** Every setting of the process, in the order the help lists them. A flag wins over its variable. */
export const settingTable: readonly SettingRow[] = [
  {
    id: 'host',
    variable: 'SLUICE_HOST',
    flag: '--host',
    takes: 'ADDRESS',
    help: 'where to listen (127.0.0.1); any other than this machine needs --admin-key and --secret-key',
  },
  {
    id: 'port',
    variable: 'SLUICE_PORT',
    flag: '--port',
    takes: 'NUMBER',
    help: 'where to listen (4000); 0 takes a free one',
  },
  {
    id: 'config',
    variable: 'SLUICE_CONFIG',
    flag: '--config',
    takes: 'FILE',
    help: 'the configuration (./sluice.yaml when it exists)',
  },
  {
    id: 'dataDir',
    variable: 'SLUICE_DATA_DIR',
    flag: '--data-dir',
    takes: 'DIRECTORY',
    help: 'the database and the generated secret (./data)',
  },
  {
    id: 'databaseUrl',
    variable: 'SLUICE_DATABASE_URL',
    flag: '--database-url',
    takes: 'URL',
    help: 'not yet: PostgreSQL comes with budgets; SQLite in the data directory is used',
  },
  {
    id: 'adminKey',
    variable: 'SLUICE_ADMIN_KEY',
    flag: '--admin-key',
    takes: 'KEY',
    help: 'the admin key, instead of the generated one; better as a variable: flags are seen by others',
  },
  {
    id: 'secretKey',
    variable: 'SLUICE_SECRET_KEY',
    flag: '--secret-key',
    takes: 'KEY',
    help: 'what stored keys are hashed with, instead of the generated one; 32 characters or more',
  },
  {
    id: 'drainSeconds',
    variable: 'SLUICE_DRAIN_SECONDS',
    flag: '--drain-seconds',
    takes: 'NUMBER',
    help: 'how long open streams may go on after SIGTERM (600)',
  },
]

/** Flags that are no settings, with what they take. */
export const commandFlags: readonly { readonly flag: string; readonly takes?: string; readonly help: string }[] = [
  { flag: '--new-key', takes: 'NAME', help: 'make a virtual key, print it once, and exit' },
  { flag: '--help', help: 'print this and exit' },
  { flag: '--version', help: 'print the version and exit' },
]

/** What may stand before the flags instead of starting the gateway. */
export const commandWords: readonly { readonly words: string; readonly help: string }[] = [
  { words: 'catalog show MODEL', help: 'what is known of a model' },
  { words: 'catalog update --from X', help: 'take a catalogue of models from a file or URL' },
]

/** The text of `--help`. */
export function renderHelp(version: string): string {
  const settings = settingTable.map(({ flag, takes, help, variable }) => [`${flag} ${takes}`, `${variable}: ${help}`])
  const commands = commandFlags.map(({ flag, takes, help }) => [takes === undefined ? flag : `${flag} ${takes}`, help])
  const others = commandWords.map(({ words, help }) => [words, help])
  const lines = [...settings, ...commands, [], ...others].map(([left = '', right = '']) =>
    `  ${left.padEnd(24)} ${right}`.trimEnd(),
  )
  return [
    `Sluice ${version}: one gateway in front of every LLM provider`,
    '',
    'npm start -- [flags]      or: npm start -- COMMAND [flags]',
    '',
    ...lines,
    '',
  ].join('\n')
}
