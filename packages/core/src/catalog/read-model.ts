import { dialectIds } from '../ir/dialect-id.ts'
import type { JsonObject } from '../ir/json.ts'
import { asObject, type RequestReader } from '../ir/read.ts'
import {
  type Ability,
  abilities,
  type CatalogModel,
  type Modality,
  type ModelFacts,
  modalities,
  modelKinds,
  type Offer,
} from './model.ts'
import type { Price } from './price.ts'
import { readPrice } from './read-price.ts'
import { refuseUnknown } from './refuse-unknown.ts'

const modelWords = [
  'id',
  'name',
  'kind',
  'aliases',
  'context',
  'max_output',
  'input',
  'output',
  'abilities',
  'released',
  'retires',
  'offers',
]
const offerWords = [
  'model',
  'aliases',
  'context',
  'max_output',
  'abilities',
  'released',
  'retires',
  'dialect',
  'price',
  'later',
]

/** Reads one entry of a catalogue; the first thing wrong with it stands in `reader`, with its path. */
export function readModel(reader: RequestReader, object: JsonObject, at: string): CatalogModel {
  const model = readFacts(reader, object, at)
  return { ...model, offers: readOffers(reader, object, { model, at }) }
}

/** What an entry says of the model, without its offers. */
export function readFacts(reader: RequestReader, object: JsonObject, at: string): ModelFacts {
  refuseUnknown(reader, object, { known: modelWords, at })
  const id = reader.requiredString(object, 'id', at)
  if (!reader.failure && !idPattern.test(id))
    reader.fail(join(at, 'id'), `'${join(at, 'id')}' must be 'author/model' of letters, digits and . _ : @ + ~ -.`)
  const own = readShared(reader, object, at)
  return {
    id,
    name: reader.string(object, 'name', at) ?? id.slice(id.indexOf('/') + 1),
    kind: reader.oneOf(object, 'kind', modelKinds, at) ?? 'chat',
    ...own,
    abilities: own.abilities ?? none,
    input: readWords(reader, object, { key: 'input', words: modalities, at }) ?? text,
    output: readWords(reader, object, { key: 'output', words: modalities, at }) ?? text,
    released: readDay(reader, object, 'released', at),
  }
}

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}\/[A-Za-z0-9._:@+~()-]{1,200}$/
const text: readonly Modality[] = ['text']
const none: ReadonlySet<Ability> = new Set()

function readOffers(
  reader: RequestReader,
  object: JsonObject,
  { model, at }: { readonly model: ModelFacts; readonly at: string },
): readonly Offer[] {
  const offers: Offer[] = []
  const byProvider = reader.object(object, 'offers', at)
  for (const provider of Object.keys(byProvider ?? {})) {
    for (const { value, at: place } of reader.objects(byProvider ?? {}, provider, join(at, 'offers')))
      offers.push(readOffer(reader, value, { provider, model, at: place }))
  }
  return offers
}

/** Reads one offer of an entry whose facts have been read. */
export function readOffer(
  reader: RequestReader,
  object: JsonObject,
  { provider, model, at }: { readonly provider: string; readonly model: ModelFacts; readonly at: string },
): Offer {
  refuseUnknown(reader, object, { known: offerWords, at })
  const own = readShared(reader, object, at)
  return {
    provider,
    model: reader.requiredString(object, 'model', at),
    aliases: own.aliases,
    price: readPrice(reader, object, at),
    later: readLater(reader, object, at),
    contextTokens: own.contextTokens ?? model.contextTokens,
    maxOutputTokens: own.maxOutputTokens ?? model.maxOutputTokens,
    abilities: own.abilities ?? model.abilities,
    retires: own.retires ?? model.retires,
    dialect: reader.oneOf(object, 'dialect', dialectIds, at),
  }
}

function readLater(reader: RequestReader, object: JsonObject, at: string): Offer['later'] {
  const later: { from: string; price: Price }[] = []
  for (const { value, at: place } of reader.objects(object, 'later', at)) {
    const from = readDay(reader, value, 'from', place)
    const price = readPrice(reader, value, place)
    if (from !== undefined && price !== undefined) later.push({ from, price })
    else reader.fail(place, `'${place}' must have 'from', a day, and 'price'.`)
  }
  return later.toSorted((a, b) => (a.from < b.from ? -1 : 1))
}

interface Shared {
  readonly aliases: readonly string[]
  readonly contextTokens: number | undefined
  readonly maxOutputTokens: number | undefined
  readonly abilities: ReadonlySet<Ability> | undefined
  readonly retires: string | undefined
}

/** What a model and its offers both may say. */
function readShared(reader: RequestReader, object: JsonObject, at: string): Shared {
  const can = readWords(reader, object, { key: 'abilities', words: abilities, at })
  return {
    aliases: reader.strings(object, 'aliases', at) ?? [],
    contextTokens: reader.count(object, 'context', 1, at),
    maxOutputTokens: reader.count(object, 'max_output', 1, at),
    abilities: can && new Set(can),
    retires: readDay(reader, object, 'retires', at),
  }
}

function readWords<Word extends string>(
  reader: RequestReader,
  object: JsonObject,
  { key, words, at }: { readonly key: string; readonly words: readonly Word[]; readonly at: string },
): readonly Word[] | undefined {
  const told = reader.strings(object, key, at)
  if (!told) return undefined
  const unknown = told.find((each) => !words.some((word) => word === each))
  if (unknown !== undefined)
    reader.fail(
      join(at, key),
      `'${join(at, key)}' has '${unknown.slice(0, 60)}', which is none of: ${words.join(', ')}.`,
    )
  return words.filter((word) => told.includes(word))
}

function readDay(reader: RequestReader, object: JsonObject, key: string, at: string): string | undefined {
  const day = reader.string(object, key, at)
  if (day === undefined || /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/.test(day)) return day
  return reader.fail(join(at, key), `'${join(at, key)}' must be a day such as '2026-11-21'.`)
}

function join(at: string, key: string): string {
  return at === '' ? key : `${at}.${key}`
}

/** The offers of an entry that nobody has read yet, as (provider, name) pairs: for an index. */
export function namesOf(object: JsonObject): readonly { readonly provider: string; readonly name: string }[] {
  const found: { provider: string; name: string }[] = []
  for (const [provider, list] of Object.entries(asObject(object['offers']) ?? {})) {
    for (const offer of Array.isArray(list) ? list : []) {
      const { model, aliases } = asObject(offer) ?? {}
      for (const name of [model, ...(Array.isArray(aliases) ? aliases : [])])
        if (typeof name === 'string') found.push({ provider, name })
    }
  }
  return found
}
