/**
 * Real coding agents, each run headless through a gateway process against a provider of every dialect.
 * `npm run test:agents` installs them and starts this; `npm run test:agents -- codex opencode` runs only those.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { Agent, AgentRun, AgentTask } from './agent.ts'
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { geminiCli } from './gemini-cli.ts'
import { judgeRun } from './judge-run.ts'
import { opencode } from './opencode.ts'
import packages from './packages.json'
import { runTask, type TaskPlan } from './run-task.ts'

const agents: readonly Agent[] = [claudeCode, codex, opencode, geminiCli]

/** One cell of the table. */
interface Verdict {
  readonly plan: TaskPlan
  /** Undefined when it did not come to a run. */
  readonly run: AgentRun | undefined
  readonly problems: readonly string[]
}

const { values, positionals } = parseArgs({
  options: { cache: { type: 'string', default: '' }, node: { type: 'string', default: 'node' } },
  allowPositionals: true,
})
const verdicts: Verdict[] = []
for (const plan of plansFor(positionals)) {
  const verdict = await judgePlan(plan)
  verdicts.push(verdict)
  print(describe(verdict))
}
const failed = verdicts.filter(({ problems }) => problems.length > 0)
print(`\n${table(verdicts)}\n\n${verdicts.length - failed.length} passed, ${failed.length} failed\n`)
process.exitCode = failed.length > 0 ? 1 : 0

function plansFor(wanted: readonly string[]): readonly TaskPlan[] {
  const chosen = agents.filter(({ id }) => wanted.length === 0 || wanted.includes(id))
  return chosen.flatMap((agent) => {
    const { id, tasks } = agent
    const modules = join(values.cache, `${id}-${packages[id].version}`, 'node_modules')
    return tasks.flatMap((task) =>
      clientDialectIds.map((upstream) => ({ agent, task, upstream, modules, node: values.node })),
    )
  })
}

async function judgePlan(plan: TaskPlan): Promise<Verdict> {
  try {
    const run = await runTask(plan)
    return { plan, run, problems: [...judgeRun(run), ...(plan.task.findProblems?.(run) ?? [])] }
  } catch (error) {
    return { plan, run: undefined, problems: [String(error)] }
  }
}

/** One line and what was lost when all is well; else the problems too, and the end of what the agent said. */
function describe({ plan, run, problems }: Verdict): string {
  const isWell = problems.length === 0
  const title = `${isWell ? 'ok    ' : 'FAILED'}  ${titleOf(plan)} -> ${plan.upstream}`
  const said = run && !isWell ? [run.result.stdout, run.result.stderr].map((text) => text.slice(-2000).trim()) : []
  const losses = run ? lossesOf(run).map((loss) => `lost: ${loss}`) : []
  return `${[title, ...[...problems, ...losses].map((line) => `        ${line}`), ...said].join('\n')}\n`
}

/** What the log says could not be carried, each once. */
function lossesOf({ calls }: AgentRun): readonly string[] {
  const losses = calls.flatMap((call) => (call['losses'] ?? []) as readonly { path: string; why: string }[])
  return [...new Set(losses.map(({ path, why }) => `${path.replace(/\[\d+\]/g, '[]')}: ${why}`))]
}

function table(all: readonly Verdict[]): string {
  const titles = [...new Set(all.map(({ plan }) => titleOf(plan)))]
  const width = Math.max(...titles.map((title) => title.length)) + 2
  const row = (title: string, cells: readonly string[]): string =>
    [title.padEnd(width), ...cells.map((cell) => cell.padEnd(20))].join('').trimEnd()
  const rows = titles.map((title) => {
    const inRow = all.filter(({ plan }) => titleOf(plan) === title)
    const cells = clientDialectIds.map((upstream) => cellOf(inRow.find(({ plan }) => plan.upstream === upstream)))
    return row(title, cells)
  })
  return [row('', clientDialectIds), ...rows].join('\n')
}

function cellOf(verdict: Verdict | undefined): string {
  if (!verdict) return '-'
  const { problems, run } = verdict
  return problems.length > 0 || !run ? 'FAILED' : `ok ${(run.result.elapsedMs / 1000).toFixed(1)} s`
}

function titleOf({ agent, task }: { readonly agent: Agent; readonly task: AgentTask }): string {
  return `${agent.title} ${packages[agent.id].version} ${task.title}`
}

function print(text: string): void {
  process.stdout.write(text)
}
