// `npm run check`: everything that must be true of a change, with one table at the end. `npm run check -- lint types`
// runs only the rows named.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { installAll, root } from './install.mjs'

const rows = [
  {
    name: 'lint',
    what: 'format, lint, function and file size',
    run: ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  },
  { name: 'types', what: 'TypeScript', run: ['typescript/bin/tsc', '-p', '.'] },
  { name: 'rules', what: 'imports, names, casts, and the like', script: ['test.mjs', 'packages/testkit/src/house/'] },
  { name: 'tests', what: 'everything in npm test', script: ['test.mjs'] },
]

const named = process.argv.slice(2)
const unknown = named.filter((name) => !rows.some((row) => row.name === name))
if (unknown.length > 0) {
  process.stderr.write(`No such check: ${unknown.join(', ')}. There are ${rows.map((row) => row.name).join(', ')}.\n`)
  process.exit(2)
}

installAll()
const results = rows.filter((row) => named.length === 0 || named.includes(row.name)).map(runRow)
process.stdout.write(`\n${results.map(describe).join('\n')}\n`)
process.exitCode = results.every((result) => result.isGood) ? 0 : 1

function runRow(row) {
  const startedAt = performance.now()
  const [script, ...rest] = row.script
    ? [join(root, 'scripts', row.script[0]), ...row.script.slice(1)]
    : [join(root, 'node_modules', row.run[0]), ...row.run.slice(1)]
  const { status } = spawnSync(process.execPath, [script, ...rest], { cwd: root, stdio: 'inherit' })
  return { ...row, isGood: status === 0, seconds: (performance.now() - startedAt) / 1000 }
}

function describe({ name, what, isGood, seconds }) {
  return `${isGood ? 'ok    ' : 'FAILED'}  ${name.padEnd(6)} ${what.padEnd(38)} ${seconds.toFixed(1).padStart(6)} s`
}
