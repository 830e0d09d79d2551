import { afterAll, expect, test } from 'bun:test'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../house/source-files.ts'

/** CONTRIBUTING's three steps to a new provider, taken in a copy of the project, and a call to what came of them. */
const copy = mkdtempSync(join(tmpdir(), 'sluice-contributing-'))
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const page = readFileSync(join(projectRoot, 'CONTRIBUTING.md'), 'utf8')
const [, steps = ''] = /## A new provider\n([\s\S]*?)\n## /.exec(page) ?? []
const blocks = [...steps.matchAll(/^ {3}```(?:ts|sh)\n([\s\S]*?)^ {3}```/gm)].map(([, block = '']) =>
  block.replace(/^ {3}/gm, ''),
)
const paths = [...steps.matchAll(/`(packages\/[\w/.-]+\.ts)`/g)].map(([, path = '']) => path)

test('three steps make a provider that passes the checks and answers a call', () => {
  const [file = '', importLine = '', listLine = '', commands = ''] = blocks
  const [filePath = '', registryPath = ''] = paths
  copyProject()
  writeFileSync(join(copy, filePath), file)
  const registry = readFileSync(join(copy, registryPath), 'utf8')
  writeFileSync(join(copy, registryPath), addInOrder(addInOrder(registry, importLine), listLine))

  const [docs = '', checks = ''] = commands.trim().split('\n')
  expect([docs, checks.split(' -- ')[0]]).toEqual(['npm run docs', 'npm test'])
  run(join(copy, 'packages/testkit/src/docs/write-docs.ts'))
  expect(readFileSync(join(copy, 'docs/providers.md'), 'utf8')).toContain(
    '| [Acme](https://docs.acme.example) `acme` |',
  )
  const tested = (checks.split(' -- ')[1] ?? '').split(' ')
  expect(tested).toEqual(['packages/core/src/providers', 'packages/testkit/src/docs'])
  writeFileSync(join(copy, 'packages/gateway/test/acme.test.ts'), callTest)
  // This test stands in the second folder; in the copy it would copy the copy.
  run(
    'test',
    'packages/core/src/providers/registry.test.ts',
    'packages/testkit/src/docs/providers',
    'packages/gateway/test/acme.test.ts',
  )
}, 120_000)

/** What the call has to show: the key from the provider's variable, its address' path, and its quirk. */
const callTest = `import { expect, test } from 'bun:test'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import { answerStream } from '@sluice/testkit/answer.ts'
import { startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { startTestGateway, testKey } from './start-test-gateway.ts'

test('acme answers', async () => {
  expect(knownProviders.some(({ id }) => id === 'acme')).toBe(true)
  const chunk = (delta: object, finish_reason: string | null) =>
    \`data: \${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n\`
  // Without [DONE]: that this is a whole answer is the quirk's doing.
  await using provider = await startFakeProvider({ answer: answerStream([chunk({ content: 'hello' }, null), chunk({}, 'stop')]) })
  await using gateway = await startTestGateway(\`providers: { acme: { base_url: \${provider.url}/v1, api_key: k } }\`)
  const response = await fetch(\`\${gateway.url}/v1/messages\`, {
    method: 'POST',
    headers: { 'x-api-key': testKey },
    body: JSON.stringify({ model: 'acme/m', stream: true, max_tokens: 9, messages: [{ role: 'user', content: 'x' }] }),
  })
  const text = await response.text()
  expect(text).toContain('hello')
  expect(text).toContain('message_stop')
  expect(provider.journal[0]).toMatchObject({ path: '/v1/chat/completions', headers: { authorization: 'Bearer k' } })
})
`

/** The project without its history; packages from npm are shared, its own are the copy's. */
function copyProject(): void {
  const isOwn = (path: string): boolean => !/[\\/]node_modules([\\/]|$)/.test(path.slice(projectRoot.length))
  for (const name of ['packages', 'docs', 'package.json', 'tsconfig.json', 'CONTRIBUTING.md'])
    cpSync(join(projectRoot, name), join(copy, name), { recursive: true, filter: isOwn })
  const modules = join(copy, 'node_modules')
  mkdirSync(join(modules, '@sluice'), { recursive: true })
  for (const name of readdirSync(join(projectRoot, 'node_modules')))
    if (name !== '@sluice') symlinkSync(join(projectRoot, 'node_modules', name), join(modules, name))
  for (const name of readdirSync(join(copy, 'packages')))
    symlinkSync(join(copy, 'packages', name), join(modules, '@sluice', name))
}

/** The line before the first of its kind that comes after it. */
function addInOrder(text: string, line: string): string {
  const lines = text.split('\n')
  const isKind = (each: string): boolean =>
    line.startsWith('import') ? each.includes("from './known/") : /^ {2}\w+,$/.test(each)
  const key = (each: string): string => /known\/(.*)\.ts/.exec(each)?.[1] ?? each
  const at = lines.findIndex((each) => isKind(each) && key(each) > key(line.trimEnd()))
  return lines.toSpliced(at, 0, line.trimEnd()).join('\n')
}

function run(...args: readonly string[]): void {
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, ...args], {
    cwd: copy,
    env: { ...process.env, NO_COLOR: '1' },
  })
  if (exitCode !== 0) throw new Error(`${args.join(' ')}: ${stdout}${stderr}`)
}
