import { resolve } from 'node:path'
import { Secret } from '@sluice/core/providers/secret.ts'
import { isLoopbackHost } from '../config/base-url.ts'
import type { Environment } from '../config/expand-variables.ts'
import { keyNameRule } from '../config/name-rules.ts'
import { quote } from '../config/problem.ts'
import { closest } from '../config/suggest.ts'
import { isCredential } from '../identity/credential-shape.ts'
import { leastPepperLength } from '../identity/pepper.ts'
import { whyWeak } from '../identity/secret-strength.ts'
import type { Command } from './command.ts'
import { readArguments } from './read-arguments.ts'
import { type SettingId, settingTable } from './setting-table.ts'
import { findUnsafeVariables } from './unsafe-variables.ts'

/** How this process runs: what the environment and the command line say, checked. */
export interface ProcessSettings {
  readonly command: Command
  /** Without brackets: `127.0.0.1`, `::1`. */
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Absolute. */
  readonly dataDir: string
  /** Absolute. */
  readonly configPath: string
  /** True when somebody named the file: then it must exist. */
  readonly isConfigNamed: boolean
  readonly adminKey: Secret | undefined
  readonly secretKey: Secret | undefined
  /** Undefined: what the configuration says, else 600 s. */
  readonly drainMs: number | undefined
}

/** Settings without a single problem, or every problem as a sentence. Warnings do not stop anything. */
export type SettingsResult =
  | { readonly ok: true; readonly settings: ProcessSettings; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] }

export interface SettingsSource {
  /** The arguments after the script. */
  readonly argv: readonly string[]
  readonly env: Environment
  /** What relative paths are relative to. */
  readonly cwd: string
}

/** Reads the settings; a flag wins over its variable, and an empty variable counts as unset. Pure. */
export function readSettings({ argv, env, cwd }: SettingsSource): SettingsResult {
  const { command, values, problems: argumentProblems } = readArguments(argv)
  const said = new Said(values, env)
  const isInformation = command.kind === 'help' || command.kind === 'version'
  const settings: ProcessSettings = {
    command,
    host: readHost(said),
    port: readWhole(said, 'port', { fallback: 4000, most: 65_535 }),
    dataDir: resolve(cwd, said.get('dataDir') ?? 'data'),
    configPath: resolve(cwd, said.get('config') ?? 'sluice.yaml'),
    isConfigNamed: said.get('config') !== undefined,
    adminKey: readAdminKey(said),
    secretKey: readSecretKey(said),
    drainMs: readDrain(said),
  }
  refuseDatabaseUrl(said)
  refuseOpenHost(settings, said)
  if (command.kind === 'new-key' && !keyNameRule.pattern.test(command.name))
    said.problem(`--new-key: a key's name is ${keyNameRule.says}.`)
  const problems = [...argumentProblems, ...said.problems, ...findUnsafeVariables(env)]
  if (problems.length > 0 && !isInformation) return { ok: false, problems }
  return { ok: true, settings, warnings: findSlips(env) }
}

/** What was said, by whichever way, and what is wrong with it. */
class Said {
  readonly problems: string[] = []
  readonly #values: ReadonlyMap<SettingId, string>
  readonly #env: Environment

  constructor(values: ReadonlyMap<SettingId, string>, env: Environment) {
    this.#values = values
    this.#env = env
  }

  get(id: SettingId): string | undefined {
    const flag = this.#values.get(id)
    if (flag !== undefined) return flag
    const { variable } = rowOf(id)
    const value = Object.hasOwn(this.#env, variable) ? this.#env[variable] : undefined
    return value === '' ? undefined : value
  }

  /** The flag or the variable, whichever said it. */
  name(id: SettingId): string {
    const { flag, variable } = rowOf(id)
    return this.#values.has(id) ? flag : variable
  }

  problem(sentence: string): undefined {
    this.problems.push(sentence)
  }
}

function rowOf(id: SettingId): { readonly flag: string; readonly variable: string } {
  const row = settingTable.find((each) => each.id === id)
  if (!row) throw new Error(`no setting ${id}`)
  return row
}

function readHost(said: Said): string {
  const host = said.get('host') ?? '127.0.0.1'
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  if (!isHost(bare))
    said.problem(`${said.name('host')} must be an address or a host name, such as 127.0.0.1 or 0.0.0.0.`)
  return bare
}

function isHost(text: string): boolean {
  return /^[A-Za-z0-9.:_-]{1,255}$/.test(text)
}

function readWhole(
  said: Said,
  id: 'port' | 'drainSeconds',
  { fallback, most }: { readonly fallback: number; readonly most: number },
): number {
  const text = said.get(id)
  if (text === undefined) return fallback
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (value <= most) return value
  said.problem(
    text.startsWith('tcp://')
      ? `${said.name(id)} holds an address that Kubernetes put there for a Service named sluice. Set enableServiceLinks: false on the pod, or use ${rowOf(id).flag}.`
      : `${said.name(id)} must be a whole number from 0 to ${most}.`,
  )
  return fallback
}

function readDrain(said: Said): number | undefined {
  if (said.get('drainSeconds') === undefined) return undefined
  return readWhole(said, 'drainSeconds', { fallback: 0, most: 86_400 }) * 1000
}

function readAdminKey(said: Said): Secret | undefined {
  const text = said.get('adminKey')
  if (text === undefined) return undefined
  const weakness = whyWeak(text)
  if (weakness !== undefined)
    said.problem(`${said.name('adminKey')} will not do: ${weakness}. Make one with: openssl rand -hex 24`)
  else if (!isCredential(text)) said.problem(`${said.name('adminKey')} cannot hold a comma: no client could send it.`)
  return new Secret(text)
}

function readSecretKey(said: Said): Secret | undefined {
  const text = said.get('secretKey')
  if (text === undefined) return undefined
  const weakness = whyWeak(text, leastPepperLength)
  if (weakness !== undefined)
    said.problem(`${said.name('secretKey')} will not do: ${weakness}. Make one with: openssl rand -hex 32`)
  return new Secret(text)
}

function refuseDatabaseUrl(said: Said): void {
  if (said.get('databaseUrl') === undefined) return
  said.problem(
    `${said.name('databaseUrl')} is set, but PostgreSQL comes with budgets and is not here yet. Unset it: SQLite in the data directory is used.`,
  )
}

/** Whoever can reach the port can try keys, so nothing generated and printed in a log may guard it. */
function refuseOpenHost({ host, adminKey, secretKey }: ProcessSettings, said: Said): void {
  if (!isHost(host) || isLoopbackHost(host) || (adminKey && secretKey)) return
  const missing = [adminKey ? [] : ['SLUICE_ADMIN_KEY'], secretKey ? [] : ['SLUICE_SECRET_KEY']].flat()
  said.problem(
    `${said.name('host')} is ${quote(host)}, which others can reach: set ${missing.join(' and ')} yourself first, so that no key guarding it was generated and printed. Or listen on 127.0.0.1.`,
  )
}

/** Variables that look like ours but are not: they do nothing, and somebody believes they do. */
function findSlips(env: Environment): readonly string[] {
  const ours = settingTable.map(({ variable }) => variable)
  return Object.keys(env)
    .filter((name) => name.startsWith('SLUICE_') && !ours.includes(name))
    .flatMap((name) => {
      const close = closest(
        name.slice('SLUICE_'.length),
        ours.map((each) => each.slice('SLUICE_'.length)),
      )
      return close === undefined ? [] : [`${quote(name)} is not a setting. Did you mean SLUICE_${close}?`]
    })
}
