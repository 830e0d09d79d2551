import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../house/source-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-readme-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

// The README's first promise, in the order a newcomer tries it: start, call, stop.
test('npm start prints a key that works at once, offline, and ends gently', async () => {
  const gateway = startAsReadmeSays()
  const screen = readLines(gateway.stdout)
  const url = await screen.find(/http:\/\/127\.0\.0\.1:\d+/)
  const key = await screen.find(/\bsl-(?!admin-)[\w-]+/)

  const answer = await callAsReadmeSays(url, key)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  expect(answer.headers.get('x-sluice-provider')).toBe('demo')
  expect(await answer.text()).toEndWith('data: [DONE]\n\n')
  for (const file of ['.', 'sluice.db']) expect(statSync(join(folder, 'data', file)).mode & 0o077).toBe(0)

  gateway.kill('SIGTERM')
  expect(await gateway.exited).toBe(0)
  // The gateway goes on taking calls for some seconds after SIGTERM, which is past the usual limit of a test.
}, 60_000)

/** What `npm start` runs, in an empty folder of its own and on a free port. */
function startAsReadmeSays() {
  return Bun.spawn(['node', join(projectRoot, 'scripts/start.mjs'), '--port', '0'], {
    cwd: folder,
    env: bareEnvironment(),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  })
}

/** Nothing of the machine's own settings or keys. */
function bareEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR']
  return Object.fromEntries(kept.map((name) => [name, process.env[name] ?? '']))
}

/** The README's curl, sent to where this gateway listens. */
function callAsReadmeSays(url: string, key: string): Promise<Response> {
  const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8')
  const [, path = '', body = ''] = /curl http:\/\/127\.0\.0\.1:4000(\S+)[\s\S]*?-d '([^']+)'/.exec(readme) ?? []
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  return fetch(url + path, { method: 'POST', headers, body })
}

/** Reads on until a pattern is found; what was read before is searched again. */
function readLines(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let text = ''
  return {
    async find(pattern: RegExp): Promise<string> {
      for (;;) {
        const [found] = pattern.exec(text) ?? []
        // A match at the very end may be cut short; the next read completes it.
        if (found !== undefined && !text.endsWith(found)) return found
        const { done, value } = await reader.read()
        if (done) throw new Error(`not printed: ${pattern}\n${text}`)
        text += decoder.decode(value, { stream: true })
      }
    },
  }
}
