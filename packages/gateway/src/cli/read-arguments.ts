import { quote } from '../config/problem.ts'
import { didYouMean } from '../config/suggest.ts'
import type { Command } from './command.ts'
import { readCatalogWords } from './read-catalog-words.ts'
import { commandFlags, type SettingId, settingTable } from './setting-table.ts'

/** The flags as written, unchecked but for their names. */
export interface Arguments {
  readonly command: Command
  readonly values: ReadonlyMap<SettingId, string>
  /** One sentence each. */
  readonly problems: readonly string[]
}

const short: ReadonlyMap<string, string> = new Map([
  ['-h', '--help'],
  ['-V', '--version'],
])

/**
 * Reads `--flag value` and `--flag=value`, after the words of a command where there are some. `--help` and `--version` win
 * over everything else.
 */
export function readArguments(all: readonly string[]): Arguments {
  const values = new Map<SettingId, string>()
  const problems: string[] = []
  const asked = all[0] === 'catalog' ? readCatalogWords(all) : undefined
  if (asked?.problem !== undefined) problems.push(asked.problem)
  let command: Command = asked?.command ?? { kind: 'serve' }
  const argv = asked?.rest ?? all
  for (let index = 0; index < argv.length; index++) {
    const { flag, value: inline } = splitFlag(argv[index] ?? '')
    if (flag === '--help' || flag === '--version') return { command: { kind: words[flag] }, values, problems: [] }
    const row = settingTable.find((each) => each.flag === flag)
    const next = argv[index + 1]
    const value = inline ?? (next?.startsWith('-') ? undefined : next)
    const isUnknown = !row && flag !== '--new-key'
    if (isUnknown) problems.push(reportUnknown(flag))
    // What follows an unknown flag is most likely its value.
    if (inline === undefined && value !== undefined && flag.startsWith('-')) index++
    if (isUnknown) continue
    if (value === undefined || value === '') problems.push(`${flag} needs a value: ${flag} ${row?.takes ?? 'NAME'}.`)
    else if (!row) command = { kind: 'new-key', name: value }
    else if (values.has(row.id)) problems.push(`${flag} stands twice.`)
    else values.set(row.id, value)
  }
  return { command, values, problems }
}

const words = { '--help': 'help', '--version': 'version' } as const

function splitFlag(argument: string): { readonly flag: string; readonly value: string | undefined } {
  const equals = argument.startsWith('--') ? argument.indexOf('=') : -1
  const flag = equals < 0 ? argument : argument.slice(0, equals)
  return { flag: short.get(flag) ?? flag, value: equals < 0 ? undefined : argument.slice(equals + 1) }
}

function reportUnknown(argument: string): string {
  if (!argument.startsWith('-')) return 'There is an argument that belongs to no flag. --help lists them.'
  const flags = [...settingTable, ...commandFlags].map(({ flag }) => flag)
  return `Unknown flag ${quote(argument)}. ${didYouMean(argument, flags) ?? '--help lists the flags there are.'}`
}
