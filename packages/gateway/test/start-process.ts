import { readFileSync } from 'node:fs'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type LogLine, testKey } from './start-test-gateway.ts'

const entry = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** The gateway as a process of its own, as users run it. */
export interface GatewayProcess extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  readonly configPath: string
  /** Resolves with the exit code. */
  readonly exited: Promise<number>
  /** Everything printed so far. */
  output(): string
  calls(): readonly LogLine[]
  /** Resolves when the output holds this text. */
  until(text: string): Promise<void>
  /** Puts another `sluice.yaml` in the place of the one there is, whole. */
  writeConfig(yaml: string): Promise<void>
  signal(name: 'SIGTERM' | 'SIGHUP' | 'SIGKILL'): void
  /** Resident memory, in bytes, now. */
  residentBytes(): number
}

/** Starts it on a free port with this `sluice.yaml` (`testKey` is added) and waits until it listens. */
export async function startProcess(yaml: string, args: readonly string[] = []): Promise<GatewayProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-process-'))
  const configPath = join(directory, 'sluice.yaml')
  const writeConfig = async (text: string): Promise<void> => {
    await writeFile(`${configPath}.new`, `${text}\nkeys:\n  - { name: test, key: ${testKey} }\n`)
    await rename(`${configPath}.new`, configPath)
  }
  await writeConfig(yaml)
  const child = Bun.spawn(
    [
      process.execPath,
      '--no-install',
      entry,
      '--port',
      '0',
      '--config',
      configPath,
      '--data-dir',
      join(directory, 'data'),
      ...args,
    ],
    { stdout: 'pipe', stderr: 'pipe', env: { PATH: process.env['PATH'] ?? '' } },
  )
  const output = new Output([child.stdout, child.stderr])
  const address = await Promise.race([output.match(/Address +(http:\/\/\S+)/), child.exited])
  if (typeof address === 'number') throw new Error(`the gateway ended with ${address}: ${output.text}`)
  return {
    url: address,
    pid: child.pid,
    configPath,
    exited: child.exited,
    output: () => output.text,
    calls: () => output.calls(),
    until: async (text) => void (await output.match(new RegExp(`(${text})`))),
    writeConfig,
    signal: (name) => child.kill(name),
    residentBytes: () => readResidentBytes(child.pid),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await child.exited
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Gathers what a process prints and wakes whoever waits for a piece of it. */
class Output {
  text = ''
  readonly #waiting = new Set<() => void>()

  constructor(streams: readonly ReadableStream<Uint8Array>[]) {
    for (const stream of streams) void this.#read(stream)
  }

  match(pattern: RegExp): Promise<string> {
    return new Promise((resolve) => {
      const check = (): void => {
        const found = pattern.exec(this.text)?.[1]
        if (found === undefined) return
        this.#waiting.delete(check)
        resolve(found)
      }
      this.#waiting.add(check)
      check()
    })
  }

  calls(): readonly LogLine[] {
    const lines = this.text.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'))
    return lines.map((line) => JSON.parse(line)).filter((line) => line.event === 'call')
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder()
    for await (const chunk of stream) {
      this.text += decoder.decode(chunk, { stream: true })
      for (const check of this.#waiting) check()
    }
  }
}

function readResidentBytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}
