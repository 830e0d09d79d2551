import { type CommandOutcome, showModel } from './cli/catalog-show.ts'
import { updateCatalog } from './cli/catalog-update.ts'
import { exemptLoopback } from './cli/exempt-loopback.ts'
import { createNamedKey } from './cli/first-run.ts'
import { openHome } from './cli/home.ts'
import { renderHelp } from './cli/setting-table.ts'
import { type ProcessSettings, readSettings } from './cli/settings.ts'
import { type Gateway, startGateway } from './compose.ts'
import type { LineSink } from './telemetry/line-writer.ts'
import { version } from './version.ts'

/** The process: reads its settings, does what was asked, ends with 0 when all went well and 1 when not. */
async function main(): Promise<void> {
  const read = readSettings({ argv: process.argv.slice(2), env: process.env, cwd: process.cwd() })
  if (!read.ok) return complain(read.problems)
  for (const warning of read.warnings) process.stderr.write(`Warning: ${warning}\n`)
  const { command } = read.settings
  switch (command.kind) {
    case 'help':
      return say(renderHelp(version))
    case 'version':
      return say(version)
    case 'new-key':
      return await makeKey(read.settings, command.name)
    case 'catalog-show':
      return await tell(showModel(command.model, read.settings, process.env))
    case 'catalog-update':
      return await tell(updateCatalog(command.from, read.settings))
    case 'serve':
      return await runGateway(read.settings)
  }
}

async function runGateway(settings: ProcessSettings): Promise<void> {
  exemptLoopback(process.env)
  const started = await startGateway({
    settings,
    env: process.env,
    logSink: createStdoutSink(),
    print: say,
  })
  if (!started.ok) return complain(started.problems)
  endOnSignals(started.gateway)
}

/** Standard output as a place for log lines; each write resolves when the system has taken it. */
function createStdoutSink(): LineSink {
  const writer = Bun.stdout.writer()
  return {
    async write(bytes) {
      writer.write(bytes)
      await writer.flush()
    },
  }
}

/** A signal to a whole process group arrives once from the system and again through the launcher. */
const sameSignalMs = 500

/** The first SIGTERM or SIGINT ends gently, the second at once. */
function endOnSignals(gateway: Gateway): void {
  let firstAtMs: number | undefined
  const end = (): void => {
    const nowMs = performance.now()
    if (firstAtMs !== undefined && nowMs - firstAtMs < sameSignalMs) return
    const ending = firstAtMs === undefined ? gateway.drain() : gateway.stop()
    firstAtMs ??= nowMs
    void ending.finally(() => process.exit(0))
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}

async function makeKey(settings: ProcessSettings, name: string): Promise<void> {
  const opened = await openHome(settings)
  if (!opened.ok) return complain([opened.message])
  const made = await createNamedKey(opened.home, name, Date.now())
  opened.home.store.close()
  return made.ok ? say(`${made.credential}\nShown this once: keep it.`) : complain([made.message])
}

async function tell(done: Promise<CommandOutcome>): Promise<void> {
  const outcome = await done
  if (outcome.ok) return say(outcome.text)
  process.stderr.write(outcome.problems.map((each) => `${each}\n`).join(''))
  process.exitCode = 1
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

function complain(problems: readonly string[]): void {
  process.stderr.write(`Sluice cannot start:\n${problems.map((each) => `  ${each}\n`).join('')}`)
  process.exitCode = 1
}

await main()
