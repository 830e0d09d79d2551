/** A folder, what it may import, and why no more. */
export interface Room {
  /** A module prefix; `*` stands for one folder. The first room that fits a file is its room. */
  readonly room: string
  /** Module prefixes. A room may always import itself; `anything` lifts every limit. */
  readonly may: readonly string[] | 'anything'
  readonly why: string
}

/** Types only: the words configuration fills and calls read. */
const providerShapes = ['core/providers/provider', 'core/providers/secret']

/** Packages from npm, Bun and Node; core has none of them, so that it runs in any runtime and in the simulator. */
const outside = ['npm:', 'bun:', 'node:']

/** Who may import whom. The order matters: particular rooms stand before the general ones. */
export const rooms: readonly Room[] = [
  { room: 'core/ir', may: [], why: 'the language is words alone, so that everything else may rest on it' },
  {
    room: 'core/dialects/registry',
    may: ['core/ir', 'core/dialects'],
    why: 'the registry lists the dialects and does nothing else',
  },
  {
    room: 'core/dialects/*',
    may: ['core/ir'],
    why: 'a codec must be replayable from bytes alone: no other dialect, no clock, no environment, no network',
  },
  {
    room: 'core/tasks/task-id',
    may: [],
    why: "these are the words of a provider's file; they know nothing of what they name",
  },
  {
    room: 'core/tasks',
    may: ['core/ir', 'core/dialects/registry'],
    why: 'like a codec, a task must be replayable from bytes alone: no clock, no environment, no network',
  },
  {
    room: 'core/providers',
    may: [
      'core/ir',
      'core/catalog/price',
      'core/dialects/registry',
      'core/dialects/*/quirks',
      'core/tasks/task-id',
      'core/upstream',
    ],
    why: 'a provider is data about an address, its habits and its credentials; it knows nothing of calls or of routing',
  },
  {
    room: 'core/catalog',
    may: ['core/ir', 'core/dialects/registry', ...providerShapes],
    why: 'the catalogue is facts about models; it knows nothing of calls or of routing',
  },
  {
    room: 'core/upstream',
    may: ['core/ir', ...providerShapes],
    why: 'transport does not read content, so it never sees a dialect',
  },
  {
    room: 'core/routing',
    may: ['core/ir', 'core/catalog', ...providerShapes],
    why: 'policy is tested with literals: no storage, no server, no provider of the real world',
  },
  {
    room: 'core/budgets',
    may: ['core/ir', 'core/catalog', ...providerShapes],
    why: 'policy is tested with literals: no storage, no server, no provider of the real world',
  },
  { room: 'core', may: ['core'], why: 'core runs in any runtime and in the simulator: no gateway, no package, no Bun' },
  {
    room: 'gateway/main',
    may: 'anything',
    why: 'the entry point',
  },
  {
    room: 'gateway/compose',
    may: 'anything',
    why: 'the one place where the parts are put together',
  },
  {
    room: 'gateway/storage',
    may: [
      'core/ir',
      'core/budgets',
      'core/call/snapshot',
      'gateway/admin',
      'gateway/config',
      'gateway/identity',
      ...outside,
    ],
    why: 'storage fills the ports of others; it must not know calls or the server',
  },
  {
    room: 'gateway/admin',
    may: ['core/ir', 'core/catalog', 'core/budgets', 'core/call/snapshot', ...providerShapes, ...outside],
    why: 'the admin API speaks to its ports; it must not know calls or dialects',
  },
  {
    room: 'gateway/identity',
    may: ['core/ir', 'core/call/snapshot', ...providerShapes, ...outside],
    why: 'identity decides who is calling; it must not know calls or dialects',
  },
  {
    room: 'gateway/config',
    may: [
      'core/ir',
      'core/dialects/registry',
      'core/providers',
      'core/catalog',
      'core/routing',
      'core/tasks/task-id',
      'core/call/snapshot',
      'gateway/identity',
      ...outside,
    ],
    why: 'configuration builds a snapshot; it must not know the server or storage',
  },
  {
    room: 'gateway/discovery',
    may: ['core/ir', 'core/upstream', ...providerShapes, 'gateway/config', ...outside],
    why: 'discovery asks servers what they have, off the call path; calls and the server do not know it',
  },
  {
    room: 'gateway/server',
    may: [
      'core/call',
      'core/ir',
      'core/dialects/registry',
      'core/tasks/client-task',
      'core/tasks/failure-words',
      'core/tasks/task-id',
      'core/upstream',
      'gateway/admin',
      'gateway/http',
      'gateway/telemetry',
      ...outside,
    ],
    why: 'the server turns HTTP into calls; storage and providers are handed to it',
  },
  {
    room: 'gateway/http',
    may: ['core/call', 'core/upstream', ...outside],
    why: 'bytes and connections know no routes and no dialects',
  },
  {
    room: 'gateway/upstream',
    may: ['core/ir', 'core/upstream', 'gateway/http', ...providerShapes, ...outside],
    why: 'this is the transport of core/upstream on Bun; like it, it does not read content',
  },
  {
    room: 'gateway/credentials',
    may: ['core/providers/auth', 'core/upstream', ...outside],
    why: 'this is what core/providers/auth asks of the machine: clocks, files, hashes',
  },
  {
    room: 'gateway/telemetry',
    may: ['core/ir', 'core/call', ...outside],
    why: 'telemetry watches calls; it must not steer them',
  },
  {
    room: 'gateway/cli',
    may: ['core', 'gateway', ...outside],
    why: 'the command line',
  },
  { room: 'dashboard', may: ['gateway/admin/contract', 'npm:'], why: 'the dashboard knows the admin contract alone' },
  { room: 'testkit', may: 'anything', why: 'tests' },
  { room: 'bench', may: 'anything', why: 'measurements' },
  { room: '*', may: 'anything', why: 'a folder without a rule' },
]

/** Nobody imports these, tests aside: what starts the process cannot be a part of something else. */
export const entryModules: readonly string[] = ['gateway/main', 'gateway/compose']

/** The room of a module, and the part of its name that the room's pattern took. */
export function roomOf(module: string): { readonly room: Room; readonly place: string } {
  for (const room of rooms) {
    const place = matchPrefix(module, room.room)
    if (place !== undefined) return { room, place }
  }
  throw new Error(`No room for ${module}`)
}

/** Whether a file in this module may import that one. */
export function mayImport(from: string, to: string): boolean {
  const { room, place } = roomOf(from)
  if (room.may === 'anything' || to === place || to.startsWith(`${place}/`)) return true
  const named = isOutside(to) ? kindOfOutside(to) : to
  return room.may.some((prefix) => (prefix.endsWith(':') ? named === prefix : matchPrefix(named, prefix) !== undefined))
}

/** True for what is not a module of the project. */
export function isOutside(specifier: string): boolean {
  return !/^(core|gateway|dashboard|testkit|bench)(\/|$)/.test(specifier)
}

function kindOfOutside(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:'
  return specifier === 'bun' || specifier.startsWith('bun:') ? 'bun:' : 'npm:'
}

function matchPrefix(module: string, pattern: string): string | undefined {
  const wanted = pattern.split('/')
  const given = module.split('/')
  if (given.length < wanted.length) return undefined
  const fits = wanted.every((word, index) => word === '*' || word === given[index])
  return fits ? given.slice(0, wanted.length).join('/') : undefined
}
