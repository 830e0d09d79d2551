/** A place in a text, both counted from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Something in the configuration, with the place it stands at and its path: `providers.openai.base_url`. */
export interface Place {
  readonly at: Position
  readonly path: string
}

/** One thing wrong in the configuration. Never holds a key, a header's value or any other value of a secret field. */
export interface Problem extends Position {
  readonly file: string
  /** Where in the document: `models.fast[1].provider`; '' for the document itself. */
  readonly path: string
  readonly message: string
  /** What to do about it, when we know. */
  readonly suggestion?: string
}

/** `file:line:column: path: message suggestion`, one line, as compilers print it, so editors can jump to it. */
export function formatProblem({ file, line, column, path, message, suggestion }: Problem): string {
  const where = path === '' ? '' : `${path}: `
  return `${file}:${line}:${column}: ${where}${message}${suggestion === undefined ? '' : ` ${suggestion}`}`
}

/** A file gone wrong at one place often repeats itself; nobody reads more than this. */
const mostProblems = 50

/** Shorter values are no secrets, and would be found inside ordinary words. */
const leastHidden = 8

/** Collects everything wrong in one document, in the order it was found. */
export class Problems {
  readonly #file: string
  readonly #list: Problem[] = []
  /** What variables brought into the document, with how each is written there. */
  readonly #hidden = new Map<string, string>()
  #left = 0

  constructor(file: string) {
    this.#file = file
  }

  /** From now on `value` is shown as it was written: any field may hold a variable, and any variable a secret. */
  hide(value: string, written: string): void {
    if (value.length >= leastHidden) this.#hidden.set(value, written)
  }

  /** Answers undefined, so a reader can say `return problems.add(...)`. */
  add({ at, path }: Place, message: string, suggestion?: string): undefined {
    if (this.#list.length >= mostProblems) {
      this.#left++
      return
    }
    this.#list.push({
      file: this.#file,
      line: at.line,
      column: at.column,
      path,
      message: this.#show(message),
      ...(suggestion !== undefined && { suggestion: this.#show(suggestion) }),
    })
  }

  #show(text: string): string {
    let shown = text
    for (const [value, written] of this.#hidden) shown = shown.replaceAll(value, () => written)
    return shown
  }

  get isEmpty(): boolean {
    return this.#list.length === 0
  }

  /** In the order of the file; the last entry counts those that were too many to list. */
  list(): readonly Problem[] {
    const sorted = this.#list.toSorted((a, b) => a.line - b.line || a.column - b.column)
    const last = sorted.at(-1)
    if (this.#left === 0 || last === undefined) return sorted
    const { suggestion: _, ...place } = last
    return [...sorted, { ...place, path: '', message: `and ${this.#left} more` }]
  }
}

/** A name somebody wrote, safe to show in one line of a terminal or a log: quoted, control characters escaped, short. */
export function quote(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text
  return `'${shown.replace(/[^\x20-\x7e]/g, escapeUnit).replaceAll("'", "\\'")}'`
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
