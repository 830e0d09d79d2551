import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerTask } from '@sluice/testkit/answers/tasks.ts'
import { converse } from '@sluice/testkit/conversation.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { startTestGateway, type TestGateway, testKey } from '../start-test-gateway.ts'
import { greeting } from './client-house.ts'

/** Every snippet of docs/clients.md, as a reader would run it: only the port is another. */
const root = join(import.meta.dir, '../../../..')
const page = readFileSync(join(root, 'docs/clients.md'), 'utf8')
const snippets = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
const folder = mkdtempSync(join(tmpdir(), 'sluice-clients-'))
let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  provider = await startFakeProvider({ answer: (call) => answerTask(call) ?? converse()(call), isStrict: true })
  gateway = await startTestGateway(`providers:
  claude: { dialect: anthropic-messages, base_url: ${provider.url}/v1, api_key: k }
  other: { dialect: openai-chat, base_url: ${provider.url}/v1, api_key: k }
models:
  smart: [ { provider: claude, model: m } ]
  vectors: [ { provider: other, model: m } ]
  order: [ { provider: other, model: m } ]
settings: { detect: false }`)
  process.env['SLUICE_KEY'] = testKey
})
afterAll(async () => {
  delete process.env['SLUICE_KEY']
  rmSync(folder, { recursive: true })
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

/** What a snippet prints: the length of a vector, the index of the best document, or what the model said. */
function expected(text: string): unknown {
  if (text.includes('embed')) return 8
  return text.includes('rerank') ? 0 : greeting
}

test('there are snippets', () => {
  expect(snippets.length).toBeGreaterThan(10)
})

test.each(snippets.map((text, index) => [/from '([^']+)'/.exec(text)?.[1], text, index] as const))(
  '%s',
  async (_, text, index) => {
    const file = join(folder, `snippet-${index}.mjs`)
    const here = text.replaceAll('http://127.0.0.1:4000', gateway.url)
    const asExport = here.replace(/^console\.log\((.*)\)$/m, 'export default $1')
    expect(asExport).not.toBe(here)
    writeFileSync(file, asExport)
    expect(((await import(file)) as { default: unknown }).default).toBe(expected(text))
  },
)
