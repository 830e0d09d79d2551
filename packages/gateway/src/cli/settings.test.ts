import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { exemptLoopback } from './exempt-loopback.ts'
import { renderHelp, settingTable } from './setting-table.ts'
import { type ProcessSettings, readSettings } from './settings.ts'

const adminKey = 'f8a7c1e9b2d34056'
const secretKey = 'q8Zt3vLw9Xr2Bn5KmY7cHd4GfJ6sPa1E'

function read(argv: readonly string[], env: Record<string, string | undefined> = {}) {
  return readSettings({ argv, env, cwd: '/here' })
}

function accept(argv: readonly string[], env: Record<string, string | undefined> = {}): ProcessSettings {
  const result = read(argv, env)
  if (!result.ok) throw new Error(result.problems.join('\n'))
  return result.settings
}

function problemsOf(argv: readonly string[], env: Record<string, string | undefined> = {}): string {
  const result = read(argv, env)
  return result.ok ? '' : result.problems.join('\n')
}

describe('settings', () => {
  test('nobody gave', () => {
    expect(accept([])).toEqual({
      command: { kind: 'serve' },
      host: '127.0.0.1',
      port: 4000,
      dataDir: '/here/data',
      configPath: '/here/sluice.yaml',
      isConfigNamed: false,
      adminKey: undefined,
      secretKey: undefined,
      drainMs: undefined,
    })
  })

  /** Each setting with a value, and what comes of it. */
  const values: readonly (readonly [flag: string, variable: string, value: string, expected: object])[] = [
    ['--host', 'SLUICE_HOST', '[::1]', { host: '::1' }],
    ['--port', 'SLUICE_PORT', '8080', { port: 8080 }],
    ['--data-dir', 'SLUICE_DATA_DIR', '/var/lib/sluice', { dataDir: '/var/lib/sluice' }],
    ['--config', 'SLUICE_CONFIG', 'conf/s.yaml', { configPath: '/here/conf/s.yaml', isConfigNamed: true }],
    ['--drain-seconds', 'SLUICE_DRAIN_SECONDS', '30', { drainMs: 30_000 }],
  ]
  for (const [flag, variable, value, expected] of values)
    test(`${flag} and ${variable}`, () => {
      expect(accept([flag, value])).toMatchObject(expected)
      expect(accept([`${flag}=${value}`])).toMatchObject(expected)
      expect(accept([], { [variable]: value })).toMatchObject(expected)
      expect(accept([flag, value], { [variable]: 'overruled' })).toMatchObject(expected)
      expect(accept([], { [variable]: '' })).toEqual(accept([]))
      expect(problemsOf([flag])).toContain(`${flag} needs a value`)
      expect(problemsOf([`${flag}=`])).toContain(`${flag} needs a value`)
      expect(problemsOf([flag, value, flag, value])).toContain(`${flag} stands twice`)
    })

  test('keys stay secret', () => {
    const settings = accept(['--admin-key', adminKey], { SLUICE_SECRET_KEY: secretKey })
    expect([settings.adminKey?.reveal(), settings.secretKey?.reveal()]).toEqual([adminKey, secretKey])
    expect(Bun.inspect(settings) + JSON.stringify(settings)).not.toContain(adminKey)
  })

  test('every one has a flag, a variable and a line of help', () => {
    const help = renderHelp('1.2.3')
    for (const { flag, variable } of settingTable) {
      expect(help).toContain(flag)
      expect(help).toContain(variable)
      expect(variable).toBe(`SLUICE_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`)
    }
  })
})

describe('commands', () => {
  test('help and version win over everything, mistakes too', () => {
    for (const [argument, kind] of [
      ['--help', 'help'],
      ['-h', 'help'],
      ['--version', 'version'],
      ['-V', 'version'],
    ] as const)
      expect(accept(['--nonsense', argument], { NODE_TLS_REJECT_UNAUTHORIZED: '0' }).command).toEqual({ kind })
  })

  test('a new key has a name', () => {
    expect(accept(['--new-key', 'ada']).command).toEqual({ kind: 'new-key', name: 'ada' })
    expect(problemsOf(['--new-key', 'a b'])).toContain("--new-key: a key's name is up to 64")
    expect(problemsOf(['--new-key'])).toContain('--new-key needs a value')
  })
})

describe('refused', () => {
  const refused: readonly (readonly [
    name: string,
    argv: readonly string[],
    env: Record<string, string>,
    said: string,
  ])[] = [
    ['an unknown flag', ['--prot', '4000'], {}, "Unknown flag '--prot'. Did you mean '--port'?"],
    ['a flag in another habit', ['--dataDir=x'], {}, "Unknown flag '--dataDir'. Did you mean '--data-dir'?"],
    ['an unknown flag like no other', ['--zzzzzz'], {}, "Unknown flag '--zzzzzz'. --help lists the flags there are."],
    ['an argument of no flag', ['serve'], {}, 'There is an argument that belongs to no flag.'],
    ['a port that is none', ['--port', '70000'], {}, '--port must be a whole number from 0 to 65535.'],
    ['a port in words', [], { SLUICE_PORT: 'http' }, 'SLUICE_PORT must be a whole number'],
    ['a port by Kubernetes', [], { SLUICE_PORT: 'tcp://10.0.0.1:4000' }, 'enableServiceLinks: false'],
    ['a host that is none', ['--host', 'a b'], {}, '--host must be an address or a host name'],
    ['a negative drain', ['--drain-seconds=-1'], {}, '--drain-seconds must be'],
    [
      'a short admin key',
      [],
      { SLUICE_ADMIN_KEY: 'admin' },
      'SLUICE_ADMIN_KEY will not do: it has 5 characters; the least is 16.',
    ],
    [
      'a placeholder',
      [],
      { SLUICE_ADMIN_KEY: 'change-me-change-me-1' },
      'SLUICE_ADMIN_KEY will not do: it looks like a placeholder',
    ],
    ['an admin key with a comma', [], { SLUICE_ADMIN_KEY: 'f8a7c1e9,2d34056a' }, 'cannot hold a comma'],
    [
      'a short secret key',
      [],
      { SLUICE_SECRET_KEY: adminKey },
      'SLUICE_SECRET_KEY will not do: it has 16 characters; the least is 32.',
    ],
    [
      'PostgreSQL',
      [],
      { SLUICE_DATABASE_URL: 'postgres://u:p@h/db' },
      'SLUICE_DATABASE_URL is set, but PostgreSQL comes with budgets',
    ],
    ['unchecked certificates', [], { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'NODE_TLS_REJECT_UNAUTHORIZED turns off'],
    ['a lenient parser', [], { NODE_OPTIONS: '--x --insecure-http-parser' }, 'NODE_OPTIONS accepts malformed requests'],
    [
      'a runtime that prints keys',
      [],
      { BUN_CONFIG_VERBOSE_FETCH: 'curl' },
      'BUN_CONFIG_VERBOSE_FETCH prints every request',
    ],
  ]
  for (const [name, argv, env, said] of refused)
    test(name, () => {
      expect(problemsOf(argv, env).split('\n')).toHaveLength(1)
      expect(problemsOf(argv, env)).toContain(said)
      for (const value of Object.values(env).filter((each) => each.length > 5 && each.startsWith('postgres')))
        expect(problemsOf(argv, env)).not.toContain(value)
    })

  test('all that is wrong, at once', () => {
    expect(
      problemsOf(['--prot=1', '--port=x'], { SLUICE_ADMIN_KEY: 'x', NODE_TLS_REJECT_UNAUTHORIZED: '0' }).split('\n'),
    ).toHaveLength(4)
  })

  test('a host that others can reach, until both keys are given', () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.2', 'example.com', '127.0.0.1.example.com']) {
      const both = ['--host', host, '--admin-key', adminKey, '--secret-key', secretKey]
      expect(accept(both).host).toBe(host)
      expect(problemsOf(both.slice(0, 2))).toContain('set SLUICE_ADMIN_KEY and SLUICE_SECRET_KEY yourself')
      expect(problemsOf(both.slice(0, 4))).toContain('set SLUICE_SECRET_KEY yourself')
      expect(problemsOf([...both.slice(0, 2), ...both.slice(4)])).toContain('set SLUICE_ADMIN_KEY yourself')
    }
    for (const host of ['localhost', '127.0.0.2', '::1']) expect(accept(['--host', host]).host).toBe(host)
  })
})

test('a slip in a variable is a warning, a variable of somebody else is not', () => {
  const env = {
    SLUICE_HOTS: '0.0.0.0',
    SLUICE_SERVICE_HOST: '10.0.0.1',
    SLUICE_PORT_4000_TCP_ADDR: '10.0.0.1',
    SLUICE_MY_PROVIDER: 'x',
  }
  const result = read([], env)
  expect(result.ok && result.warnings).toEqual(["'SLUICE_HOTS' is not a setting. Did you mean SLUICE_HOST?"])
})

test('any arguments and environment are settings or problems, never an exception', () => {
  const argument = fc.oneof(
    fc.string(),
    fc.constantFrom(...settingTable.map(({ flag }) => flag), '--new-key', '--port=1', '--', '-', '--=', '--__proto__'),
  )
  const env = fc.dictionary(
    fc.constantFrom(...settingTable.map(({ variable }) => variable), '__proto__', 'X'),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 6 }), env, (argv, variables) => {
      const result = read(argv, variables)
      if (!result.ok) return expect(result.problems.length).toBeGreaterThan(0)
      expect(result.settings.port).toBeWithin(0, 65_536)
      expect(result.settings.host).not.toBe('')
    }),
  )
})

describe('a proxy', () => {
  test('is not used for this machine', () => {
    const env: Record<string, string | undefined> = {
      HTTPS_PROXY: 'http://proxy:3128',
      NO_PROXY: 'intranet, localhost',
    }
    exemptLoopback(env)
    expect([env['NO_PROXY'], env['no_proxy']]).toEqual(Array(2).fill('intranet,localhost,127.0.0.1,::1'))
  })

  test('that is not set changes nothing', () => {
    const env = { HTTP_PROXY: '', PATH: '/bin' }
    exemptLoopback(env)
    expect(env).toEqual({ HTTP_PROXY: '', PATH: '/bin' })
  })
})
