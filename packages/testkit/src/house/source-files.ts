import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One TypeScript file of the project. */
export interface SourceFile {
  /** From the project's root, with `/`: `packages/core/src/ir/event.ts`. */
  readonly path: string
  /** As the import rules name it: `core/ir/event`. */
  readonly module: string
  /** A test, or what only tests use: `testing.ts`. */
  readonly isTest: boolean
  readonly text: string
  /** What it imports, types included: modules of the project as `core/ir/event`, all else as written. */
  readonly imports: readonly string[]
}

/** The project's root folder. */
export const projectRoot: string = fileURLToPath(new URL('../../../..', import.meta.url))

/** Every TypeScript file under `packages` and `bench`, in a stable order. */
export function readSourceFiles(): readonly SourceFile[] {
  const folders = ['packages', 'bench'].filter((folder) => existsSync(join(projectRoot, folder)))
  return folders.flatMap(listFiles).map(readSourceFile)
}

/** The text without comments, so that a rule about code does not trip over a sentence. Lines keep their numbers. */
export function withoutComments(text: string): string {
  const blocks = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
  return blocks.replace(/(^|[\s{(,;])\/\/.*$/gm, '$1')
}

/** Where a pattern is found in the code of a file, as `path:line`. Comments do not count. */
export function findInCode(file: SourceFile, pattern: RegExp): readonly string[] {
  const lines = withoutComments(file.text).split('\n')
  return lines.flatMap((line, index) => (pattern.test(line) ? [`${file.path}:${index + 1}: ${line.trim()}`] : []))
}

function listFiles(folder: string): string[] {
  const entries = readdirSync(join(projectRoot, folder), { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !/\/(node_modules|fixtures)\//.test(path))
    .sort()
}

function readSourceFile(path: string): SourceFile {
  const text = readFileSync(join(projectRoot, path), 'utf8')
  return {
    path,
    module: moduleName(path),
    isTest: /(\.test|\/testing)\.tsx?$/.test(path) || /^packages\/[^/]+\/test\//.test(path),
    text,
    imports: findImports(text).map((specifier) => resolveImport(specifier, path)),
  }
}

/** `packages/core/src/ir/event.ts` and `@sluice/core/ir/event.ts` are both `core/ir/event`. */
function moduleName(path: string): string {
  return path
    .replace(/^packages\/([^/]+)\/src\//, '$1/')
    .replace(/^packages\//, '')
    .replace(/\.tsx?$/, '')
}

const importPatterns: readonly RegExp[] = [
  /^\s*(?:import|export)\s[\w\s{},*$]*\bfrom\s+'([^']+)'/gm,
  /^\s*import\s+'([^']+)'/gm,
  /\bimport\(\s*'([^']+)'\s*\)/g,
]

function findImports(text: string): readonly string[] {
  const code = withoutComments(text)
  return importPatterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] ?? ''))
}

function resolveImport(specifier: string, importer: string): string {
  if (specifier.startsWith('@sluice/')) return moduleName(specifier.slice('@sluice/'.length))
  if (specifier.startsWith('.')) return moduleName(join(dirname(importer), specifier).replaceAll('\\', '/'))
  return specifier
}
