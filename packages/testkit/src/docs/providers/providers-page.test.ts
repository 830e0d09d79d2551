import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asObjects, asString } from '@sluice/core/ir/read.ts'
import { findProvider } from '@sluice/core/providers/registry.ts'
import { projectRoot } from '../../house/source-files.ts'
import { hasRecordings, skippedLine } from '../../recordings.ts'
import { absentProviders } from './absent.ts'
import { proofOf, providersPage } from './providers-page.ts'
import { realClients } from './real-clients.ts'
import { countRecorded, readSummary, summaryPath, writeSummary } from './recorded.ts'

const pagePath = join(projectRoot, 'docs/providers.md')
const isUpdating = process.env['UPDATE_DOCS'] === '1'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

test.if(hasRecordings())('the committed counts are those of the recordings', () => {
  const counted = writeSummary(countRecorded())
  if (isUpdating) writeFileSync(summaryPath, counted)
  expect(readFileSync(summaryPath, 'utf8')).toBe(counted)
})

test('docs/providers.md says what the registry, the recordings and the tests say; `npm run docs` writes it', () => {
  const page = providersPage(readSummary())
  if (isUpdating) writeFileSync(pagePath, page)
  expect(readFileSync(pagePath, 'utf8')).toBe(page)
})

test('every client said to be real is imported by the test it is said to run in', () => {
  for (const { provider, client, test: path } of realClients) {
    expect(findProvider(provider)?.id).toBe(provider)
    expect(readFileSync(join(projectRoot, path), 'utf8')).toContain(`from '${client}'`)
  }
})

test('a proof is the strongest there is', () => {
  const provider = findProvider('openai')
  if (!provider) throw new Error('no openai')
  expect(proofOf(provider, 'chat', new Map([['openai', { chat: 3 }]]))).toBe('recording')
  expect(proofOf(provider, 'chat', new Map())).toBe('client')
  const groq = findProvider('groq')
  if (!groq) throw new Error('no groq')
  expect(proofOf(groq, 'chat', new Map())).toBe('spec')
  expect(proofOf({ ...groq, hasChat: false }, 'chat', new Map([['groq', { chat: 3 }]]))).toBe('none')
})

/** A survey of what other gateways reach, where this machine has it. */
const survey = join(projectRoot, '../shared/reference/providers.json')

describe.if(existsSync(survey))('every provider another gateway reaches', () => {
  test('is here, or it is said why not; nothing is both', () => {
    const absent = absentProviders.flatMap(([, names]) => names)
    const names = asObjects(JSON.parse(readFileSync(survey, 'utf8'))).map(({ id }) => asString(id) ?? '')
    const isHere = (name: string): boolean => [name, name.replaceAll('_', '-')].some((each) => findProvider(each))
    expect(names.filter((name) => !isHere(name) && !absent.includes(name))).toEqual([])
    expect(absent.filter(isHere)).toEqual([])
    expect(names.length).toBeGreaterThan(150)
  })
})
