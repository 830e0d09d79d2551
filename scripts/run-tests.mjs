import { spawn } from 'node:child_process'
import { findBun } from './find-bun.mjs'
import { root } from './install.mjs'

/** Enough for what `bun test` says at its end, however much came before. */
const tailLength = 4096

/** Runs `bun test` with these arguments added and tells what it counted. Its output goes to ours as it comes. */
export async function runTests(extra) {
  const { code, tail } = await runBunTest(extra)
  const counts = readCounts(tail)
  // A run that died or could not load a file has failed, whatever it counted.
  const failed = code !== 0 && counts.fail === 0 ? 1 : counts.fail
  return { passed: counts.pass, failed, skipped: counts.skip + counts.todo }
}

/** `12 passed, 0 failed`, with `, 3 skipped` when some were: the last line of every run. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`
}

function runBunTest(extra) {
  const names = extra.some((argument) => !argument.startsWith('-')) ? [] : ['packages']
  const child = spawn(findBun(root), ['test', '--timeout=60000', '--only-failures', ...names, ...extra], {
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
