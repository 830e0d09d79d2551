// `npm test`: installs what is missing and runs every test. Arguments are handed to `bun test`:
// `npm test -- packages/core`, `npm test -- -t 'round trip'`.
//
// The last line is always `N passed, N failed`, with `, N skipped` when some were.
import { spawn } from 'node:child_process'
import { findBun } from './find-bun.mjs'
import { installAll, root } from './install.mjs'

/** Enough for what `bun test` says at its end, however much came before. */
const tailLength = 4096

installAll()
const { code, tail } = await runBunTest(process.argv.slice(2))
const counts = readCounts(tail)
// A run that died or could not load a file has failed, whatever it counted.
if (code !== 0 && counts.fail === 0) counts.fail = 1
const skipped = counts.skip + counts.todo
process.stdout.write(`${counts.pass} passed, ${counts.fail} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
process.exitCode = counts.fail > 0 ? 1 : 0

function runBunTest(extra) {
  const names = extra.some((argument) => !argument.startsWith('-')) ? [] : ['packages']
  const options = ['--timeout=60000', '--only-failures']
  const child = spawn(findBun(root), ['test', ...options, ...names, ...extra], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { BUN_CONFIG_MAX_HTTP_REQUESTS: '65535', ...process.env },
  })
  let tail = ''
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text) => {
    process.stderr.write(text)
    tail = (tail + text).slice(-tailLength)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, tail }))
  })
}

/** Reads `12 pass`, `0 fail` ... from the summary; the last of each counts, for tests may print such lines too. */
function readCounts(tail) {
  const counts = { pass: 0, fail: 0, skip: 0, todo: 0 }
  for (const [, count, word] of tail.matchAll(/^ *(\d+) (pass|fail|skip|todo)$/gm)) counts[word] = Number(count)
  return counts
}
