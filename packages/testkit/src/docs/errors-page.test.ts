import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../house/source-files.ts'
import { errorsPage } from './errors-page.ts'

test('docs/errors.md says what the code says; `npm run docs` writes it', () => {
  expect(readFileSync(join(projectRoot, 'docs/errors.md'), 'utf8')).toBe(errorsPage())
})
