// `npm test`: installs what is missing and runs every test. Arguments are handed to `bun test`:
// `npm test -- packages/core`, `npm test -- -t 'round trip'`.
import { installAll } from './install.mjs'
import { closingLine, runTests } from './run-tests.mjs'

installAll()
const counts = await runTests(process.argv.slice(2))
process.stdout.write(closingLine(counts))
process.exitCode = counts.failed > 0 ? 1 : 0
