// `npm start`: installs what is missing, then hands over to the gateway.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { findBun } from './find-bun.mjs'
import { installRuntime, root } from './install.mjs'

installRuntime()

const entry = join(root, 'packages', 'gateway', 'src', 'main.ts')
const gateway = spawn(
  findBun(root),
  // --no-install: Bun must never fetch a package by itself. --no-orphans: the gateway ends when this launcher is killed.
  ['--no-install', '--no-orphans', entry, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    // Bun reads this once, before any code of ours runs; without it `fetch` makes at most 256 calls at a time.
    env: { BUN_CONFIG_MAX_HTTP_REQUESTS: '65535', ...process.env },
  },
)

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
  process.on(signal, () => {
    // Ctrl-C at a terminal reaches the gateway by itself, and a second interrupt would cut its draining short.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) gateway.kill(signal)
  })
}

gateway.on('error', (error) => {
  process.stderr.write(`Could not start Bun: ${error.message}\n`)
  process.exitCode = 1
})

gateway.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1)
  // Ended by a signal: end the same way, so that whoever started us sees the true cause.
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
})
