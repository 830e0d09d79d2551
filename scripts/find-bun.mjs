// Finds the Bun binary that npm installed for this machine.
//
// `node_modules/.bin/bun` only works once the package's install script has run. The binary itself sits in an optional
// package per platform, `@oven/bun-<os>-<cpu>[-<libc>][-baseline]`, and npm installs that one even when scripts are
// blocked; so that is where we look.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const systems = { darwin: 'darwin', linux: 'linux', win32: 'windows', freebsd: 'freebsd', android: 'linux' }
const cpus = { x64: 'x64', arm64: 'aarch64' }

/** Absolute path of the binary; throws an Error that says what to do when there is none. */
export function findBun(root, machine = thisMachine()) {
  const names = packageNames(machine)
  for (const name of names) {
    const path = join(root, 'node_modules', '@oven', name, 'bin', machine.system === 'windows' ? 'bun.exe' : 'bun')
    if (existsSync(path)) return path
  }
  throw new Error(
    `No Bun binary for this machine: looked for ${names.map((name) => `@oven/${name}`).join(', ')} in node_modules. ` +
      'Optional packages must be installed: run `npm ci` without --omit=optional.',
  )
}

/** The packages that may hold a binary for this machine, best first. */
export function packageNames({ system, cpu, libc, hasAvx2 }) {
  if (system === undefined || cpu === undefined) return []
  const name = `bun-${system}-${cpu}${libc}`
  if (cpu !== 'x64') return [name]
  // A baseline build runs on any x64; the plain one may need AVX2. Bun 1.4 ships one build that finds out by itself.
  return hasAvx2 ? [name, `${name}-baseline`] : [`${name}-baseline`, name]
}

function thisMachine() {
  return {
    system: systems[process.platform],
    cpu: cpus[process.arch],
    libc: libcSuffix(),
    hasAvx2: process.arch === 'x64' && hasAvx2(),
  }
}

function libcSuffix() {
  if (process.platform === 'android') return '-android'
  if (process.platform !== 'linux') return ''
  return process.report.getReport().header.glibcVersionRuntime === undefined ? '-musl' : ''
}

/** True too where the system does not tell: every x64 processor sold since 2015 has it. */
function hasAvx2() {
  try {
    if (process.platform === 'linux') return /\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))
    if (process.platform === 'darwin') {
      return execFileSync('sysctl', ['-n', 'machdep.cpu.leaf7_features'], { encoding: 'utf8' }).includes('AVX2')
    }
    return true
  } catch {
    return true
  }
}
