// `npm run bench`: measures what a call costs, beside a floor and a peer. Not a test: see bench/README.md.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findBun } from './find-bun.mjs'
import { installRuntime, root } from './install.mjs'

installRuntime()
const script = join(root, 'bench', 'calls.ts')
process.exitCode = spawnSync(findBun(root), [script, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1
