import { expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { projectRoot } from '@sluice/testkit/house/source-files.ts'
import type { Agent, Scene } from './agent.ts'
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { geminiCli } from './gemini-cli.ts'
import { opencode } from './opencode.ts'
import packages from './packages.json'

/** `docs/agents.md` says nothing that the suite does not do, so that what it says is proven. */
const page = readFileSync(join(projectRoot, 'docs/agents.md'), 'utf8')

/** Only for runs without a network or a person: not worth a word in the page. */
const quiet = ['OPENCODE_DISABLE_MODELS_FETCH', 'autoupdate', 'privacy', 'general']

test.each([claudeCode, codex, opencode, geminiCli])('$title as the page says', async (agent) => {
  expect(page).toContain(`${agent.title} ${packages[agent.id].version}`)
  for (const { env, files } of await settingsOf(agent)) {
    for (const name of Object.keys(env)) if (!quiet.includes(name)) expect(page).toContain(name)
    for (const { path, text } of files) {
      expect(page).toContain(`~/${path}`)
      if (path.endsWith('.json')) expect(blocksOf('json')).toContainEqual(withoutQuiet(JSON.parse(text)))
      else expect(page).toContain(text)
    }
  }
})

/** What each task of an agent sets, at the page's address. */
async function settingsOf(agent: Agent) {
  return Promise.all(
    agent.tasks.map(async (task) => {
      const home = mkdtempSync(join(tmpdir(), 'sluice-agent-docs-'))
      const modules = join(home, 'modules')
      await mkdir(join(modules, `opencode-${process.platform}-${process.arch}`), { recursive: true })
      const scene = { home, modules, node: 'node', key: 'sl-key', model: agent.model, prompt: task.prompt } as Scene
      const { env } = await task.prepare({ ...scene, gatewayUrl: 'http://127.0.0.1:4000' })
      const files = readdirSync(home, { recursive: true, encoding: 'utf8' })
        .filter((path) => !path.startsWith('modules') && statSync(join(home, path)).isFile())
        .map((path) => ({ path, text: readFileSync(join(home, path), 'utf8') }))
      rmSync(home, { recursive: true })
      return { env, files }
    }),
  )
}

function blocksOf(language: string): readonly JsonObject[] {
  const blocks = page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))
  return [...blocks].map(([, text = '']) => JSON.parse(text))
}

function withoutQuiet(settings: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !quiet.includes(name)))
}
