// `npm run sim -- --seeds 100000`: budgets in a simulated world, with everything that can go wrong; `--seed 7` replays one.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findBun } from './find-bun.mjs'
import { installAll, root } from './install.mjs'

installAll()
const script = join(root, 'packages', 'testkit', 'src', 'simulator', 'run-simulator.ts')
process.exitCode =
  spawnSync(findBun(root), ['--no-install', script, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
    .status ?? 1
