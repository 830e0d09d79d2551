import { spawn } from 'node:child_process'

/** A program to run, with nothing of this process's environment. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

/** How it ended and what it printed. */
export interface CommandResult {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined
  readonly isLate: boolean
  readonly stdout: string
  readonly stderr: string
  readonly elapsedMs: number
}

/**
 * Runs a program in a process group of its own, without input. At the deadline the whole group is killed; so is what
 * is left of the group when its leader has ended.
 */
export function runCommand({ file, args, env, cwd }: Command, deadlineMs: number): Promise<CommandResult> {
  const startedAt = performance.now()
  const child = spawn(file, args, { cwd, env: { ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8')
    child[name].on('data', (text: string) => {
      printed[name] += text
    })
  }
  return new Promise((resolve, reject) => {
    let isLate = false
    const deadline = setTimeout(() => {
      isLate = true
      killGroup(child.pid)
    }, deadlineMs)
    child.on('error', (error) => {
      clearTimeout(deadline)
      reject(error)
    })
    child.on('exit', () => killGroup(child.pid))
    child.on('close', (code) => {
      clearTimeout(deadline)
      resolve({ code: code ?? undefined, isLate, ...printed, elapsedMs: performance.now() - startedAt })
    })
  })
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return
  try {
    process.kill(-leader, 'SIGKILL')
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH'
    if (!isGone) throw error
  }
}
