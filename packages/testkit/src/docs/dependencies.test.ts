import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asObject, parseObject } from '@sluice/core/ir/read.ts'
import { projectRoot } from '../house/source-files.ts'

const packageFiles = [
  'package.json',
  ...readdirSync(join(projectRoot, 'packages')).map((name) => `packages/${name}/package.json`),
]

test('docs/dependencies.md names every package we depend on, and no other', () => {
  const page = readFileSync(join(projectRoot, 'docs/dependencies.md'), 'utf8')
  const named = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? '')
  expect(named.sort()).toEqual([...dependencies('dependencies'), ...dependencies('devDependencies')].sort())
})

test('every version is exact', () => {
  const versions = packageFiles.flatMap((path) =>
    ['dependencies', 'devDependencies'].flatMap((kind) => Object.entries(asObject(readPackage(path)[kind]) ?? {})),
  )
  expect(versions.filter(([, version]) => !/^(npm:@?[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)))).toEqual(
    [],
  )
})

function dependencies(kind: string): readonly string[] {
  const names = packageFiles.flatMap((path) => Object.keys(asObject(readPackage(path)[kind]) ?? {}))
  return [...new Set(names)].filter((name) => !name.startsWith('@sluice/'))
}

function readPackage(path: string): Readonly<Record<string, unknown>> {
  return parseObject(readFileSync(join(projectRoot, path), 'utf8')) ?? {}
}
