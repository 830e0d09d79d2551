import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { judgeTask } from '@sluice/testkit/fidelity/judge-task.ts'
import { partOf, underTasks, withPart } from '@sluice/testkit/fidelity/page-parts.ts'
import { type TaskResult, writeTaskTables } from '@sluice/testkit/fidelity/write-task-table.ts'
import { hasRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import { fits, loadTaskRecordings, openTaskReplay, type TaskReplay, taskClients } from './replayed-tasks.ts'

/** Every recorded exchange of a task beside chat, asked for by every client of that task. */
if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

const pagePath = fileURLToPath(new URL('../../../docs/fidelity.md', import.meta.url))
const recordings = loadTaskRecordings()
const results: TaskResult[] = []
let house: TaskReplay

describe.if(hasRecordings())('every recorded task, asked for by every client', () => {
  beforeAll(async () => {
    house = await openTaskReplay(recordings)
  })
  afterAll(() => house[Symbol.asyncDispose]())

  test.each(taskClients.map((client) => [`${client.kind} as ${client.name}`, client] as const))(
    '%s: nothing fails',
    async (_, client) => {
      const failed: string[] = []
      const mine = recordings.filter((each) => fits(each, client))
      expect(mine.length).toBeGreaterThan(1)
      for (const each of mine) {
        const { recording, kind, wire } = each
        const reply = await house.ask(each, client)
        const verdict = judgeTask(recording, kind, { reply, isPacked: client.name.includes('base64') })
        results.push({ kind, wire, client: client.name, verdict })
        if (verdict.kind === 'failed') failed.push(`${recording.path}: ${verdict.why.join(' | ')}`)
      }
      expect(failed).toEqual([])
    },
  )

  test('the page about fidelity says what was just seen', () => {
    const page = underTasks(`${intro()}${writeTaskTables(results)}`)
    const asked = taskClients.reduce((sum, client) => sum + recordings.filter((each) => fits(each, client)).length, 0)
    const written = readFileSync(pagePath, 'utf8')
    if (results.length === asked && process.env['UPDATE_DOCS'] === '1')
      writeFileSync(pagePath, withPart(written, 'tasks', page))
    expect(partOf(readFileSync(pagePath, 'utf8'), 'tasks')).toBe(page)
  })

  test('no provider key came back in any log line', () => {
    expect(house.gateway.logText).not.toContain('canary-')
  })
})

function intro(): string {
  const providers = new Set(recordings.map(({ recording }) => recording.provider))
  return [
    `Made by \`packages/gateway/test/task-recordings.test.ts\` from ${recordings.length} recorded exchanges of ${providers.size} providers.`,
    'Exact: the same vectors number by number, the same order and scores, verdicts, texts, counts and usage.',
    '',
    '',
  ].join('\n')
}
