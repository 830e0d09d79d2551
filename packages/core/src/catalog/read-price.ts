import type { JsonObject } from '../ir/json.ts'
import { asNumber, asObject, type RequestReader } from '../ir/read.ts'
import {
  definePrice,
  mostUsdPerFee,
  mostUsdPerMillion,
  type WrittenCard,
  type WrittenHours,
  type WrittenPrice,
  type WrittenRates,
  type WrittenTier,
} from './define-price.ts'
import {
  type Factor,
  type Fee,
  factors,
  feeNames,
  type Price,
  type ServiceTier,
  serviceTiers,
  tokenKinds,
  toldCosts,
} from './price.ts'
import { factorNames, feeWords, kindNames, serviceNames } from './price-names.ts'
import { refuseUnknown } from './refuse-unknown.ts'

/** Reads `price` of an offer as files spell it; what is wrong stands in `reader`. Undefined when there is none. */
export function readPrice(reader: RequestReader, owner: JsonObject, at: string): Price | undefined {
  const value = owner['price']
  const path = `${at}.price`
  if (value === undefined || value === 'free') return value
  const object = asObject(value)
  if (!object) return reader.fail(path, `'${path}' must be 'free' or an object of rates in USD per million tokens.`)
  const written = readWritten(reader, object, path)
  return reader.failure ? undefined : definePrice(written)
}

const kindWords = tokenKinds.map((kind) => kindNames[kind])
const cardWords = [...kindWords, 'tiers', 'hours']

function readWritten(reader: RequestReader, object: JsonObject, at: string): WrittenPrice {
  refuseUnknown(reader, object, { known: [...cardWords, 'services', 'fees', 'factors', 'told'], at })
  const services = readServices(reader, object, at)
  const fees = readAmounts<Fee>(reader, object, {
    key: 'fees',
    at,
    ids: feeNames,
    names: feeWords,
    most: mostUsdPerFee,
  })
  const times = readAmounts<Factor>(reader, object, { key: 'factors', at, ids: factors, names: factorNames, most: 100 })
  const told = reader.oneOf(object, 'told', toldCosts, at)
  return {
    ...readCard(reader, object, at),
    ...(told && { told }),
    ...(services && { services }),
    ...(fees && { fees }),
    ...(times && { factors: times }),
  }
}

function readServices(reader: RequestReader, object: JsonObject, at: string): WrittenPrice['services'] {
  const value = reader.object(object, 'services', at)
  if (!value) return undefined
  refuseUnknown(reader, value, { known: serviceTiers.map((each) => serviceNames[each]), at: `${at}.services` })
  const services: { [service in ServiceTier]?: WrittenCard } = {}
  for (const service of serviceTiers) {
    const card = reader.object(value, serviceNames[service], `${at}.services`)
    const path = `${at}.services.${serviceNames[service]}`
    if (!card) continue
    refuseUnknown(reader, card, { known: cardWords, at: path })
    services[service] = readCard(reader, card, path)
  }
  return services
}

function readCard(reader: RequestReader, object: JsonObject, at: string): WrittenCard {
  const tiers = reader.objects(object, 'tiers', at).map(({ value, at: place }): WrittenTier => {
    refuseUnknown(reader, value, { known: ['above', ...kindWords], at: place })
    return {
      above: reader.count(value, 'above', 1, place) ?? missing(reader, `${place}.above`),
      ...readRates(reader, value, place),
    }
  })
  const hours = reader.objects(object, 'hours', at).map(({ value, at: place }): WrittenHours => {
    refuseUnknown(reader, value, { known: ['from', 'to', ...kindWords], at: place })
    return {
      from: readTime(reader, value, 'from', place),
      to: readTime(reader, value, 'to', place),
      ...readRates(reader, value, place),
    }
  })
  return {
    ...readRates(reader, object, at),
    ...(tiers.length > 0 && { tiers }),
    ...(hours.length > 0 && { hours }),
  }
}

function missing(reader: RequestReader, param: string): number {
  reader.fail(param, `Missing required parameter: '${param}'.`)
  return 0
}

function readTime(reader: RequestReader, object: JsonObject, key: string, at: string): string {
  const time = reader.requiredString(object, key, at)
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time))
    reader.fail(`${at}.${key}`, `'${at}.${key}' must be a time of day in UTC, such as '01:30'.`)
  return time
}

function readRates(reader: RequestReader, object: JsonObject, at: string): WrittenRates {
  return readNumbers(reader, object, { at, ids: tokenKinds, names: kindNames, most: mostUsdPerMillion }) ?? {}
}

interface Amounts<Id extends string> {
  readonly at: string
  readonly ids: readonly Id[]
  readonly names: Readonly<Record<Id, string>>
  readonly most: number
}

function readAmounts<Id extends string>(
  reader: RequestReader,
  object: JsonObject,
  { key, ...amounts }: Amounts<Id> & { readonly key: string },
): { readonly [id in Id]?: number } | undefined {
  const value = reader.object(object, key, amounts.at)
  if (!value) return undefined
  const at = `${amounts.at}.${key}`
  refuseUnknown(reader, value, { known: amounts.ids.map((id) => amounts.names[id]), at })
  return readNumbers(reader, value, { ...amounts, at })
}

function readNumbers<Id extends string>(
  reader: RequestReader,
  object: JsonObject,
  { at, ids, names, most }: Amounts<Id>,
): { readonly [id in Id]?: number } | undefined {
  let all: { [id in Id]?: number } | undefined
  for (const id of ids) {
    const value = object[names[id]]
    if (value === undefined) continue
    const number = asNumber(value)
    const path = `${at}.${names[id]}`
    if (number === undefined || number < 0 || number > most)
      reader.fail(path, `'${path}' must be a number from 0 to ${most}.`)
    else {
      all ??= {}
      all[id] = number
    }
  }
  return all
}
