// `npm run check`: everything that must be true of a change, with one table at the end. `npm run check -- lint types`
// runs only the rows named. The last line counts the tests, and every other row as one more.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { installAll, root } from './install.mjs'
import { closingLine, runTests } from './run-tests.mjs'

const rows = [
  {
    name: 'lint',
    what: 'format, lint, size of functions and files',
    run: () => runTool('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
  },
  { name: 'types', what: 'TypeScript', run: () => runTool('typescript/bin/tsc', ['-p', '.']) },
  {
    name: 'rules',
    what: 'imports and names (part of the tests)',
    run: () => runTests(['packages/testkit/src/house/']),
  },
  { name: 'tests', what: 'every test, the import rules among them', run: () => runTests([]) },
]

const named = process.argv.slice(2)
const wanted = named.length === 0 ? ['lint', 'types', 'tests'] : named
const unknown = wanted.filter((name) => !rows.some((row) => row.name === name))
if (unknown.length > 0) {
  process.stderr.write(`No such check: ${unknown.join(', ')}. There are ${rows.map((row) => row.name).join(', ')}.\n`)
  process.exit(2)
}

installAll()
const results = []
for (const row of rows) if (wanted.includes(row.name)) results.push(await runRow(row))
process.stdout.write(`\n${results.map(describe).join('\n')}\n\n${closingLine(sum(results))}`)
process.exitCode = sum(results).failed > 0 ? 1 : 0

async function runRow(row) {
  const startedAt = performance.now()
  const counts = await row.run()
  return { ...row, ...counts, seconds: (performance.now() - startedAt) / 1000 }
}

function runTool(script, options) {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...options], {
    cwd: root,
    stdio: 'inherit',
  })
  return status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

function describe({ name, what, failed, seconds }) {
  return `${failed === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(6)} ${what.padEnd(42)} ${seconds.toFixed(1).padStart(6)} s`
}

function sum(counts) {
  const add = (key) => counts.reduce((total, each) => total + each[key], 0)
  return { passed: add('passed'), failed: add('failed'), skipped: add('skipped') }
}
