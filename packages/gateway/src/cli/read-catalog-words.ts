import { quote } from '../config/problem.ts'
import type { Command } from './command.ts'

/** A command of the catalogue, and the arguments that are left; or what is wrong with it. */
export interface CatalogWords {
  readonly command: Command | undefined
  readonly rest: readonly string[]
  readonly problem?: string
}

const usage = 'Write: catalog show MODEL, or: catalog update --from FILE (or a URL).'

/** Reads `catalog show MODEL` and `catalog update --from FILE`. */
export function readCatalogWords(argv: readonly string[]): CatalogWords {
  const [, verb, ...rest] = argv
  if (rest.includes('--help') || verb === '--help') return { command: undefined, rest: ['--help'] }
  if (verb === 'show') {
    const [model, ...flags] = rest
    if (model === undefined || model.startsWith('-'))
      return wrong('catalog show needs the name of a model: catalog show MODEL.', rest)
    return { command: { kind: 'catalog-show', model }, rest: flags }
  }
  if (verb === 'update') return readUpdate(rest)
  return wrong(verb === undefined ? usage : `There is no catalog ${quote(verb)}. ${usage}`, rest)
}

function readUpdate(rest: readonly string[]): CatalogWords {
  const at = rest.findIndex((each) => each === '--from' || each.startsWith('--from='))
  const inline = rest[at]?.startsWith('--from=') ? rest[at]?.slice('--from='.length) : undefined
  const from = inline ?? rest[at + 1]
  if (at < 0 || from === undefined || from === '' || from.startsWith('--'))
    return wrong('catalog update needs a source: catalog update --from FILE (or a URL).', [])
  const left = rest.toSpliced(at, inline === undefined ? 2 : 1)
  return { command: { kind: 'catalog-update', from }, rest: left }
}

function wrong(problem: string, rest: readonly string[]): CatalogWords {
  return { command: undefined, rest: rest.filter((each) => each === '--help' || each === '--version'), problem }
}
