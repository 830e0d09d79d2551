// `npm run catalog -- --facts FILE`: makes packages/core/src/catalog/models.jsonl from its sources.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findBun } from './find-bun.mjs'
import { installAll, root } from './install.mjs'

installAll()
const script = join(root, 'packages', 'testkit', 'src', 'price-sources', 'write-catalog.ts')
const { status } = spawnSync(findBun(root), [script, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exitCode = status ?? 1
