import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** A PostgreSQL of a test's own, reached by a unix socket in its directory; nobody else can reach it. */
export interface TestPostgres {
  readonly socketDir: string
  readonly username: string
  readonly database: string
  /** Ends the server at once, as a crash would; what was committed is still there when it starts again. */
  crash(): Promise<void>
  start(): Promise<void>
  /** Ends the server and removes its database. */
  stop(): Promise<void>
}

/**
 * Where this machine's PostgreSQL is; undefined, with a line printed, where there is none. Tests that need one are
 * skipped then.
 */
export function findPostgres(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...packagedFolders()]
  const found = folders.find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')))
  if (found === undefined)
    process.stderr.write(
      'PostgreSQL is not installed here: the tests on it are skipped (Debian package: postgresql).\n',
    )
  return found
}

/** Makes a database in a temporary directory and starts a server on it. `folder` holds its programs. */
export async function startPostgres(folder: string): Promise<TestPostgres> {
  const owner = ownerOfServer()
  const socketDir = mkdtempSync(join(tmpdir(), 'sluice-postgres-'))
  if (owner) chownSync(socketDir, owner.uid, owner.gid)
  const dataDir = join(socketDir, 'data')
  const username = 'sluice'
  const made = spawnSync(
    join(folder, 'initdb'),
    ['-D', dataDir, '-U', username, '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    { ...owner, cwd: socketDir, encoding: 'utf8', timeout: 60_000 },
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`)
  const run = (): ChildProcess =>
    spawn(
      join(folder, 'postgres'),
      ['-D', dataDir, '-k', socketDir, '-c', 'listen_addresses=', '-c', 'max_connections=100'],
      { ...owner, cwd: socketDir, stdio: ['ignore', 'ignore', 'pipe'] },
    )
  let server = run()
  const crash = async (): Promise<void> => await endNow(server)
  process.once('exit', () => server.kill('SIGQUIT'))
  await untilReady(server)
  return {
    socketDir,
    username,
    database: 'postgres',
    crash,
    async start() {
      server = run()
      await untilReady(server)
    },
    async stop() {
      await crash()
      rmSync(socketDir, { recursive: true, force: true })
    },
  }
}

/** Ends it without a clean shutdown: https://www.postgresql.org/docs/15/server-shutdown.html */
async function endNow(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGQUIT')
  await ended
}

/** Debian keeps the programs out of the PATH. */
function packagedFolders(): readonly string[] {
  const versions = '/usr/lib/postgresql'
  if (!existsSync(versions)) return []
  return readdirSync(versions)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(versions, version, 'bin'))
}

/** PostgreSQL refuses to run as root: another user of this machine is borrowed then. */
function ownerOfServer(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error('PostgreSQL must not run as root, and there is no user to run it as')
}

/** The server says so on its error output. What it says later is read and let go, or it would wait. */
async function untilReady(server: ChildProcess): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', (some) => {
      if (said.length < 65_536) said += String(some)
      if (said.includes('ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`PostgreSQL ended with ${code}: ${said}`)))
  })
}
