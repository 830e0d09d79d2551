// Brings node_modules to what package-lock.json says, and does nothing when it is there already.
//
// Install scripts are never run: a package must not execute code on the machine that will hold provider keys.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Installs what the gateway needs to run: no development packages. Ends the process when it cannot. */
export function installRuntime() {
  install('runtime', ['--omit=dev'], (entry) => !entry.dev)
}

/** Installs everything, development packages too. Ends the process when it cannot. */
export function installAll() {
  install('all', [], () => true)
}

function install(what, npmArguments, isNeeded) {
  if (isInstalled(isNeeded)) return
  process.stdout.write(`Installing ${what} packages from package-lock.json ...\n`)
  const result = runNpm(['ci', '--ignore-scripts', '--prefer-offline', '--loglevel=error', ...npmArguments])
  if (result.status === 0) return
  process.stderr.write(`${explain(result)}\n`)
  process.exit(1)
}

/**
 * Compares the lock with the copy npm keeps of what it installed. Times would not do: a checkout makes an old lock
 * look new, and a copied tree makes a new one look old.
 */
function isInstalled(isNeeded) {
  const installedPath = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installedPath)) return false
  const installed = JSON.parse(readFileSync(installedPath, 'utf8')).packages
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || !isNeeded(entry)) return true
    const found = installed[path]
    // Binaries for other platforms are optional and rightly absent.
    return found ? found.version === entry.version && found.integrity === entry.integrity : entry.optional === true
  })
}

/** Runs npm in a folder, the one that came with this Node.js, and waits for its end. */
export function runNpm(npmArguments, cwd = root) {
  const options = { cwd, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] }
  // Under `npm start` npm tells where its own script is; that also spares Windows a shell.
  const npmScript = process.env.npm_execpath
  if (npmScript?.endsWith('npm-cli.js')) return spawnSync(process.execPath, [npmScript, ...npmArguments], options)
  return spawnSync('npm', npmArguments, { ...options, shell: process.platform === 'win32' })
}

function explain({ error, stderr }) {
  if (error) return `Could not start npm (${error.message}). Install Node.js 20 or later, which brings npm.`
  const isOffline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED/.test(stderr)
  const advice = isOffline
    ? 'The package registry cannot be reached. The first start needs a network, or an npm cache that holds the packages.'
    : 'npm could not install the packages; its message stands above.'
  return `${stderr.trim()}\n\n${advice}`
}
