import type { Place, Problems } from './problem.ts'
import { quote } from './problem.ts'
import { closest } from './suggest.ts'

/** The environment as a plain record; only own properties are read. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * `${NAME}` in a configuration. In YAML's `{ api_key: ${NAME} }` the braces would be YAML's own, so before YAML reads the
 * text they are swapped, one character for one character, for two that no configuration holds; every position stays true.
 */
const openMark = '\ue000'
const closeMark = '\ue001'

/** How a variable is written in a configuration, for messages: `showVariable('NAME')` is `${NAME}`. */
export function showVariable(name: string): string {
  return `\${${name}}`
}

/** Where the text holds one of the two characters that `protectVariables` needs for itself; -1 when it does not. */
export function findMark(text: string): number {
  return text.search(/[\ue000\ue001]/)
}

/** The text with the braces of every `${...}` swapped for marks. */
export function protectVariables(text: string): string {
  return text.replace(/\$\{([^{}\s"',]*)\}/g, `$$${openMark}$1${closeMark}`)
}

/** The text as it was written, for names in messages and for keys of a map, where nothing is expanded. */
export function unprotectVariables(text: string): string {
  return text.replaceAll(openMark, '{').replaceAll(closeMark, '}')
}

export interface Expanded {
  readonly text: string
  /** True when a variable was filled in. */
  readonly isExpanded: boolean
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Fills in `${NAME}` and turns `$$` into `$`. Reports every variable that is missing, empty or misspelt and then
 * answers undefined. What a variable holds is not read again: no value can add YAML or name another variable.
 */
export function expandVariables(
  text: string,
  place: Place,
  { env, problems }: { readonly env: Environment; readonly problems: Problems },
): Expanded | undefined {
  let isExpanded = false
  let isBroken = false
  const expanded = text.replace(
    /\$\$|\$\ue000([^\ue001]*)\ue001|\$\{|[\ue000\ue001]/g,
    (match, name: string | undefined) => {
      if (match === '$$') return '$'
      if (match === openMark) return '{'
      if (match === closeMark) return '}'
      const value =
        name === undefined ? reportUnfinished(place, problems) : readVariable(name, place, { env, problems })
      if (value === undefined) isBroken = true
      else problems.hide(value, showVariable(name ?? ''))
      isExpanded = true
      return value ?? ''
    },
  )
  return isBroken ? undefined : { text: expanded, isExpanded }
}

function readVariable(
  name: string,
  place: Place,
  { env, problems }: { readonly env: Environment; readonly problems: Problems },
): string | undefined {
  // What stands in the braces is not shown: somebody may have put the key itself there.
  if (!variableName.test(name))
    return problems.add(
      place,
      `what stands in ${showVariable('...')} is no name of an environment variable.`,
      `Write letters, digits and _ only, as in ${showVariable('DEV_KEY')}; write $$ for a dollar sign.`,
    )
  const value = Object.hasOwn(env, name) ? env[name] : undefined
  if (value !== undefined && value !== '') return value
  const state = value === undefined ? 'is not set' : 'is empty'
  const close = value === undefined ? closest(name, Object.keys(env)) : undefined
  return problems.add(
    place,
    `the environment variable ${quote(name).slice(1, -1)} ${state}.`,
    close === undefined ? `Set ${name}, or take this line out.` : `Did you mean '${showVariable(close)}'?`,
  )
}

function reportUnfinished(place: Place, problems: Problems): undefined {
  const example = showVariable('NAME')
  return problems.add(
    place,
    'a dollar sign and { are not followed by a name and }.',
    `Write ${example}, or $$ for a dollar sign.`,
  )
}
