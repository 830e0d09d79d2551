import { expect, test } from 'bun:test'
import { tmpdir } from 'node:os'
import { runCommand } from './run-command.ts'

const shell = (script: string): Parameters<typeof runCommand>[0] => ({
  file: '/bin/sh',
  args: ['-c', script],
  env: { ONLY: 'this' },
  cwd: tmpdir(),
})

test('what a program printed and how it ended', async () => {
  const result = await runCommand(shell('echo "$ONLY$HOME"; echo no >&2; exit 3'), 60_000)
  expect(result).toMatchObject({ code: 3, isLate: false, stdout: 'this\n', stderr: 'no\n' })
})

test('a deadline ends a program with all it started', async () => {
  // The output closes only when nobody holds it any more, so this test would hang for as long as a child lived.
  const result = await runCommand(shell('sleep 3600 & sleep 3600'), 100)
  expect(result).toMatchObject({ code: undefined, isLate: true })
})

test('what a program leaves behind ends with it', async () => {
  expect(await runCommand(shell('sleep 3600 & echo done'), 60_000)).toMatchObject({ code: 0, stdout: 'done\n' })
})

test('a program that is not there is an error', async () => {
  const { env, cwd } = shell('')
  await expect(runCommand({ file: '/nowhere/agent', args: [], env, cwd }, 60_000)).rejects.toThrow('ENOENT')
})
