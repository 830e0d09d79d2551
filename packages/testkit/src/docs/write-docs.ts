// `npm run docs`: writes the documents that are made from code.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../house/source-files.ts'
import { hasRecordings } from '../recordings.ts'
import { errorsPage } from './errors-page.ts'
import { providersPage } from './providers/providers-page.ts'
import { countRecorded, readSummary, summaryPath, writeSummary } from './providers/recorded.ts'

writeFileSync(join(projectRoot, 'docs/errors.md'), errorsPage())
if (hasRecordings()) writeFileSync(summaryPath, writeSummary(countRecorded()))
writeFileSync(join(projectRoot, 'docs/providers.md'), providersPage(readSummary()))
