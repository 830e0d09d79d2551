import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSettings } from '../src/cli/settings.ts'
import { type Gateway, startGateway } from '../src/compose.ts'

/** A key that every test gateway knows, named `test` in its configuration. */
export const testKey = 'sl-T3stK3yForTheGatewayOfTh3T3sts0123456789ab'

/** One line of the log, parsed. */
export type LogLine = Readonly<Record<string, unknown>>

export interface TestGateway extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly gateway: Gateway
  /** Everything logged so far, after a flush of what was waiting. */
  readonly logText: string
  /** Calls recorded so far, oldest first. */
  calls(): readonly LogLine[]
  /** The record of the nth call (1 is the first), waiting for it to be written. */
  call(number: number): Promise<LogLine>
  /** The record of the call with this request id, waiting for it to be written. */
  callOf(requestId: string): Promise<LogLine>
  /** Replaces `sluice.yaml` and reloads it. */
  reconfigure(yaml: string): Promise<'reloaded' | 'refused'>
}

export interface TestGatewayOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly trustedCertificates?: string
  /** More items of `keys:`, as YAML: `{ name: x, key: sl-..., models: [y] }`. */
  readonly keys?: readonly string[]
}

/**
 * The whole gateway, in this process, on a free port, with a data directory of its own and the given `sluice.yaml`.
 * Nothing of the machine's environment is seen unless given. `keys:` is added with `testKey`.
 */
export async function startTestGateway(
  yaml: string,
  { env = {}, trustedCertificates, keys = [] }: TestGatewayOptions = {},
): Promise<TestGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-test-'))
  const configPath = join(directory, 'sluice.yaml')
  await writeFile(configPath, withKeys(yaml, keys))
  const read = readSettings({
    argv: ['--port', '0', '--config', configPath, '--data-dir', join(directory, 'data')],
    env,
    cwd: directory,
  })
  if (!read.ok) throw new Error(read.problems.join('\n'))
  const lines: string[] = []
  const records: LogLine[] = []
  const waiting = new Set<() => void>()
  const started = await startGateway({
    settings: read.settings,
    env,
    print: () => undefined,
    logSink: {
      write(bytes) {
        const fresh = new TextDecoder().decode(bytes).trimEnd().split('\n')
        lines.push(...fresh)
        records.push(...fresh.map((line): LogLine => JSON.parse(line)).filter((line) => line['event'] === 'call'))
        for (const check of waiting) check()
        return Promise.resolve()
      },
    },
    ...(trustedCertificates !== undefined && { trustedCertificates }),
  })
  if (!started.ok) throw new Error(started.problems.join('\n'))
  const { gateway } = started
  const whenLogged = (find: () => LogLine | undefined): Promise<LogLine> =>
    new Promise((resolve) => {
      const check = (): void => {
        const found = find()
        if (!found) return
        waiting.delete(check)
        resolve(found)
      }
      waiting.add(check)
      check()
    })
  const calls = (): readonly LogLine[] => records
  return {
    url: gateway.url,
    gateway,
    get logText() {
      return lines.join('\n')
    },
    calls,
    call: (number) => whenLogged(() => calls()[number - 1]),
    callOf: (requestId) => whenLogged(() => calls().findLast((line) => line['request_id'] === requestId)),
    async reconfigure(next) {
      await writeFile(configPath, withKeys(next, keys))
      return gateway.reloader.reload('file')
    },
    async [Symbol.asyncDispose]() {
      await gateway.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function withKeys(yaml: string, keys: readonly string[]): string {
  const lines = [`{ name: test, key: ${testKey} }`, ...keys].map((each) => `  - ${each}\n`)
  return `${yaml}\nkeys:\n${lines.join('')}`
}
