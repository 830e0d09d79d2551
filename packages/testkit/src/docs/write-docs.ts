// `npm run docs`: writes the documents that are made from code.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../house/source-files.ts'
import { errorsPage } from './errors-page.ts'

writeFileSync(join(projectRoot, 'docs/errors.md'), errorsPage())
