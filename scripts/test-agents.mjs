// `npm run test:agents`: real coding agents through the gateway. Each is installed once, from npm, into a cache folder
// outside the project: together they are about 1.2 GB. `npm run test:agents -- codex opencode` runs only those.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBun } from './find-bun.mjs'
import { installAll, root, runNpm } from './install.mjs'

const suite = join(root, 'packages', 'gateway', 'test', 'agents')
const packages = JSON.parse(readFileSync(join(suite, 'packages.json'), 'utf8'))
const cache = join(process.env.XDG_CACHE_HOME || tmpdir(), 'sluice-agents')

const named = process.argv.slice(2)
const unknown = named.filter((name) => !Object.hasOwn(packages, name))
if (unknown.length > 0) {
  process.stderr.write(`No such agent: ${unknown.join(', ')}. There are ${Object.keys(packages).join(', ')}.\n`)
  process.exit(2)
}

installAll()
for (const [id, agent] of Object.entries(packages)) if (named.length === 0 || named.includes(id)) install(id, agent)
const run = [join(suite, 'run-agents.ts'), '--cache', cache, '--node', process.execPath, ...named]
process.exitCode = spawnSync(findBun(root), ['--no-install', ...run], { cwd: root, stdio: 'inherit' }).status ?? 1

/** A folder of its own for each version. It gets its name when it is complete, so that half a one is never used. */
function install(id, agent) {
  const folder = join(cache, `${id}-${agent.version}`)
  if (existsSync(folder)) return
  const wanted = `${agent.package}@${agent.version}`
  process.stdout.write(`Installing ${wanted} into ${folder} ...\n`)
  const partial = `${folder}.partial-${process.pid}`
  mkdirSync(partial, { recursive: true })
  writeFileSync(join(partial, 'package.json'), '{ "private": true }\n')
  // A package must not run code while it is installed; every agent here works without its install script.
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--save-exact']
  const { status, stderr, error } = runNpm(['install', ...options, wanted], partial)
  if (status === 0) return renameSync(partial, folder)
  rmSync(partial, { recursive: true, force: true })
  process.stderr.write(`npm could not install ${wanted}: ${error?.message ?? stderr}\n`)
  process.exit(1)
}
