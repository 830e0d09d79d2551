import type { JsonObject } from '../ir/json.ts'
import { asArray, asObject, asObjects, asString, parseObject, RequestReader } from '../ir/read.ts'
import type { CatalogModel, ModelFacts, Offer } from './model.ts'
import { namesOf, readFacts, readModel, readOffer } from './read-model.ts'

/** A model, and one way to have it. */
export interface Found {
  readonly model: ModelFacts
  readonly offer: Offer
}

/**
 * What is known of models, from one or more sources. It keeps their lines as text beside an index of names and reads a
 * line when somebody asks for it: thousands of models, of which one gateway uses a few. Names are compared without
 * regard to case. Immutable.
 */
export class Catalog {
  readonly #lines: readonly string[]
  readonly #byId: ReadonlyMap<string, number>
  readonly #byOffer: ReadonlyMap<string, number>
  readonly #byName: ReadonlyMap<string, number>
  readonly #byProvider: ReadonlyMap<string, readonly number[]>

  /** Entries of the same model are one: an earlier source's fields win, and its offers of a provider replace all others. */
  constructor(sources: readonly (readonly string[])[]) {
    const { lines, byId } = mergeSources(sources)
    const byOffer = new Map<string, number>()
    const byName = new Map<string, number>()
    const byProvider = new Map<string, number[]>()
    for (const [index, line] of lines.entries()) {
      const entry = parseObject(line) ?? {}
      for (const alias of asArray(entry['aliases']) ?? [])
        if (typeof alias === 'string') setFirst(byId, alias.toLowerCase(), index)
      for (const { provider, name } of namesOf(entry)) {
        setFirst(byOffer, `${provider}/${name}`.toLowerCase(), index)
        setFirst(byName, name.toLowerCase(), index)
      }
      for (const provider of Object.keys(asObject(entry['offers']) ?? {})) {
        const own = byProvider.get(provider)
        if (own) own.push(index)
        else byProvider.set(provider, [index])
      }
    }
    this.#lines = lines
    this.#byId = byId
    this.#byOffer = byOffer
    this.#byName = byName
    this.#byProvider = byProvider
  }

  get size(): number {
    return this.#lines.length
  }

  /** The model with this id or alias, else one that some provider knows by this name. */
  findModel(name: string): CatalogModel | undefined {
    const index = this.#byId.get(name.toLowerCase()) ?? this.#byName.get(name.toLowerCase())
    return index === undefined ? undefined : this.#read(index)
  }

  /** The model with this id or alias, and no other. */
  findById(id: string): CatalogModel | undefined {
    const index = this.#byId.get(id.toLowerCase())
    return index === undefined ? undefined : this.#read(index)
  }

  /**
   * What a provider offers under this name of its own. A dated snapshot that nobody has listed is taken for its family,
   * whose price it has always had where it had none of its own; a fine-tuned model for what it was tuned from.
   */
  findOffer(provider: string, model: string): Found | undefined {
    const name = model.toLowerCase()
    for (const each of [name, ...relatedNames(name)]) {
      const index = this.#byOffer.get(`${provider}/${each}`)
      if (index === undefined) continue
      const entry = parseObject(this.#lines[index] ?? '') ?? {}
      const reader = new RequestReader()
      const facts = readFacts(reader, entry, '')
      const offer = asObjects(asObject(entry['offers'])?.[provider]).find((other) => hasName(other, each))
      if (offer) return { model: facts, offer: readOffer(reader, offer, { provider, model: facts, at: '' }) }
    }
    return undefined
  }

  /** Every model, read as it is reached. */
  *models(): Generator<CatalogModel> {
    for (const index of this.#lines.keys()) yield this.#read(index)
  }

  /** Every model that one of these providers offers, with the offers of these providers alone. */
  *modelsAt(providers: readonly string[]): Generator<CatalogModel> {
    const found = new Set(providers.flatMap((provider) => this.#byProvider.get(provider) ?? []))
    for (const index of [...found].toSorted((a, b) => a - b)) {
      const entry = parseObject(this.#lines[index] ?? '') ?? {}
      const offers = asObject(entry['offers']) ?? {}
      const wanted = providers.flatMap((provider) =>
        offers[provider] === undefined ? [] : [[provider, offers[provider]]],
      )
      yield readModel(new RequestReader(), { ...entry, offers: Object.fromEntries(wanted) }, '')
    }
  }

  #read(index: number): CatalogModel {
    return readModel(new RequestReader(), parseObject(this.#lines[index] ?? '') ?? {}, '')
  }
}

function mergeSources(sources: readonly (readonly string[])[]): { lines: string[]; byId: Map<string, number> } {
  const lines: string[] = []
  const byId = new Map<string, number>()
  for (const source of sources) {
    for (const line of source) {
      const id = idOf(line)
      const index = byId.get(id)
      if (index === undefined) {
        byId.set(id, lines.length)
        lines.push(line)
      } else lines[index] = mergeLines(lines[index] ?? '', line)
    }
  }
  return { lines, byId }
}

/** Our own lines begin with their id; anybody else's may not. */
function idOf(line: string): string {
  const own = /^\{"id":"([^"\\]+)"/.exec(line)?.[1]
  return (own ?? asString(parseObject(line)?.['id']) ?? '').toLowerCase()
}

function mergeLines(winner: string, other: string): string {
  const [first, second] = [parseObject(winner) ?? {}, parseObject(other) ?? {}]
  const offers: JsonObject = { ...asObject(second['offers']), ...asObject(first['offers']) }
  return JSON.stringify({ ...second, ...first, offers })
}

function setFirst(map: Map<string, number>, key: string, index: number): void {
  if (!map.has(key)) map.set(key, index)
}

function hasName({ model, aliases }: JsonObject, name: string): boolean {
  return [model, ...(asArray(aliases) ?? [])].some((each) => typeof each === 'string' && each.toLowerCase() === name)
}

function relatedNames(name: string): readonly string[] {
  const undated = name.replace(/[-@](?:20\d{6}|20\d\d-\d\d-\d\d)$/, '')
  const tuned = /^(ft:[^:]+):/.exec(name)?.[1]
  return [...(undated === name ? [] : [undated]), ...(tuned === undefined ? [] : [tuned])]
}
