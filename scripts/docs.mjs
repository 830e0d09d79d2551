// `npm run docs`: writes the documents that are made from code.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findBun } from './find-bun.mjs'
import { installAll, root } from './install.mjs'

installAll()
const script = join(root, 'packages', 'testkit', 'src', 'docs', 'write-docs.ts')
process.exitCode = spawnSync(findBun(root), [script], { cwd: root, stdio: 'inherit' }).status ?? 1
