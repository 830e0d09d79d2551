import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import { completionWires, countWireIds, taskWires } from '@sluice/core/tasks/task-id.ts'
import { commandFlags, settingTable } from '@sluice/gateway/cli/setting-table.ts'
import { readConfig } from '@sluice/gateway/config/read-config.ts'
import { projectRoot } from '../house/source-files.ts'

test('docs/configuration.md has every setting and flag', () => {
  const page = readFileSync(join(projectRoot, 'docs/configuration.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `(SLUICE_\w+)` \| `(--[\w-]+)` \|/gm)].map((match) => [match[1], match[2]])
  expect(rows).toEqual(settingTable.map(({ variable, flag }) => [variable, flag]))
  expect(commandFlags.map(({ flag }) => flag).filter((flag) => !page.includes(flag) && flag !== '--version')).toEqual(
    [],
  )
})

test.each(['README.md', 'docs/configuration.md'])('the sample in %s is a configuration', (path) => {
  const [, sample = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(projectRoot, path), 'utf8')) ?? []
  const env = {
    OPENAI_API_KEY: 'k1',
    ANTHROPIC_API_KEY: 'k2',
    DEV_KEY: 'sl-0123456789abcdef0123456789abcdef',
    NAME: 'k3',
  }
  const result = readConfig(sample, { file: path, env, knownProviders })
  expect(result).toMatchObject({ ok: true })
})

test('docs/configuration.md has every way to ask for a task', () => {
  const page = readFileSync(join(projectRoot, 'docs/configuration.md'), 'utf8')
  const ways = [...taskWires.embed, ...taskWires.rerank, ...taskWires.moderate, ...completionWires, ...countWireIds]
  expect(ways.filter((way) => !page.includes(`\`${way}\``))).toEqual([])
})
