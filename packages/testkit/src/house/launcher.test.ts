import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from './source-files.ts'

// The scripts run in a copy of the project that has a gateway of our own: it tells what it was given.
const gateway = `
process.on('SIGHUP', () => process.stdout.write('reload '))
process.on('SIGTERM', () => process.exit(Number(process.argv[2])))
process.stdout.write(JSON.stringify([process.argv.slice(2), process.env.BUN_CONFIG_MAX_HTTP_REQUESTS]) + ' ')
setInterval(() => undefined, 1000)
`

let root = ''

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-launcher-'))
  copyLauncher(root)
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'))
  mkdirSync(join(root, 'packages/gateway/src'), { recursive: true })
  writeFileSync(join(root, 'packages/gateway/src/main.ts'), gateway)
  writeNpm(root, 'exit 1')
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('npm start', () => {
  // Its npm fails when called: packages that are there are left alone.
  test('hands over arguments, environment, signals and the exit code', async () => {
    const launcher = spawnNode('start.mjs', ['7', '--port', '0'])
    const output = readText(launcher.stdout)
    expect(await output.until('] ')).toBe('[["7","--port","0"],"65535"] ')
    launcher.kill('SIGHUP')
    expect(await output.until('reload ')).toContain('reload ')
    launcher.kill('SIGTERM')
    expect(await launcher.exited).toBe(7)
  })

  test('takes the gateway along when it is killed', async () => {
    const launcher = spawnNode('start.mjs', ['0'])
    const output = readText(launcher.stdout)
    await output.until('] ')
    launcher.kill('SIGKILL')
    // The gateway holds the other end of this pipe: it closes when the gateway is gone.
    expect(await output.toEnd()).toContain('] ')
  })
})

describe('the set-up', () => {
  test('runs npm ci without install scripts when packages are missing', async () => {
    const { output, log } = await installWithFakeNpm('exit 0')
    expect(log).toContain('ci --ignore-scripts')
    expect(output).toContain('Installing')
  })

  test('says what to do when the registry cannot be reached', async () => {
    const { output, code } = await installWithFakeNpm('echo "npm error code ENOTFOUND" >&2; exit 1')
    expect(output).toContain('needs a network')
    expect(code).toBe(1)
  })
})

test.each([
  [{ system: 'linux', cpu: 'x64', libc: '', hasAvx2: true }, 'bun-linux-x64'],
  [{ system: 'linux', cpu: 'x64', libc: '-musl', hasAvx2: false }, 'bun-linux-x64-musl-baseline'],
  [{ system: 'linux', cpu: 'aarch64', libc: '', hasAvx2: false }, 'bun-linux-aarch64'],
  [{ system: 'darwin', cpu: 'aarch64', libc: '', hasAvx2: false }, 'bun-darwin-aarch64'],
  [{ system: 'windows', cpu: 'x64', libc: '', hasAvx2: true }, 'bun-windows-x64'],
])('on %p the best binary is %s', async (machine, expected) => {
  const script = `import { packageNames } from './scripts/find-bun.mjs'; process.stdout.write(packageNames(${JSON.stringify(machine)})[0])`
  const node = Bun.spawn(['node', '--input-type=module', '-e', script], { cwd: root, stdout: 'pipe' })
  expect(await new Response(node.stdout).text()).toBe(expected)
})

function spawnNode(script: string, options: readonly string[], at = root) {
  return Bun.spawn(['node', join(at, 'scripts', script), ...options], {
    cwd: at,
    env: { ...process.env, PATH: `${at}:${process.env['PATH'] ?? ''}`, npm_execpath: '' },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
}

/** The launcher's own files, with a lock that says what is installed here. */
function copyLauncher(folder: string): void {
  cpSync(join(projectRoot, 'scripts'), join(folder, 'scripts'), { recursive: true })
  cpSync(join(projectRoot, 'node_modules/.package-lock.json'), join(folder, 'package-lock.json'))
}

/** An npm that writes down how it was called, then does as told. */
function writeNpm(folder: string, then: string): void {
  const npm = join(folder, 'npm')
  writeFileSync(npm, `#!/bin/sh\necho "$@" >> ${folder}/log\n${then}\n`)
  chmodSync(npm, 0o755)
}

/** Starts a copy that has no packages yet. */
async function installWithFakeNpm(then: string): Promise<{ output: string; log: string; code: number }> {
  const bare = mkdtempSync(join(tmpdir(), 'sluice-bare-'))
  try {
    copyLauncher(bare)
    writeNpm(bare, then)
    const launcher = spawnNode('start.mjs', [], bare)
    const texts = await Promise.all([new Response(launcher.stdout).text(), new Response(launcher.stderr).text()])
    return { output: texts.join(''), log: readFileSync(join(bare, 'log'), 'utf8'), code: await launcher.exited }
  } finally {
    rmSync(bare, { recursive: true, force: true })
  }
}

function readText(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let text = ''
  const read = async (isEnough: () => boolean): Promise<string> => {
    while (!isEnough()) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value, { stream: true })
    }
    return text
  }
  return { until: (mark: string) => read(() => text.includes(mark)), toEnd: () => read(() => false) }
}
