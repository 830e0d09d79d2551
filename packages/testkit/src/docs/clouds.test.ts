import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import { formatProblem } from '@sluice/gateway/config/problem.ts'
import { readConfig } from '@sluice/gateway/config/read-config.ts'
import { projectRoot } from '../house/source-files.ts'

const page = readFileSync(join(projectRoot, 'docs/clouds.md'), 'utf8')
const clouds = knownProviders.filter(({ access }) => access !== undefined)

test.each(clouds.map((each) => [each.id, each] as const))('docs/clouds.md has every word of %s', (id, cloud) => {
  const fields = cloud.access?.fields ?? []
  const words = [
    id,
    ...cloud.keyVariables,
    ...fields.flatMap(({ name, variables }) => [name, ...variables]),
    ...(cloud.access?.detectedBy.flat() ?? []),
  ]
  expect([...new Set(words)].filter((word) => !page.includes(`\`${word}\``))).toEqual([])
})

test('the sample in docs/clouds.md is a configuration', () => {
  const [, sample = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  const env = { AZURE_API_KEY: 'k1', AZURE_CLIENT_SECRET: 'k2' }
  const result = readConfig(sample, { file: 'docs/clouds.md', env, knownProviders })
  expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([])
})
